import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';

const page = readFileSync(path.join(__dirname, '../../docs/mirror.md'), 'utf8');

/** The statements of a section of docs/mirror.md, and the parameters that each names. */
function statementsOf(section: string): { readonly sql: string; readonly names: readonly string[] }[] {
  const [, rest] = page.split(`\n## ${section}\n`);
  const sql = /```sql\n([^]*?)```/.exec(rest ?? '')?.[1];
  if (sql === undefined) throw new Error(`docs/mirror.md has no statements for ${section}`);
  return sql
    .split(/;\n/)
    .filter((statement) => statement.trim() !== '')
    .map((statement) => ({ sql: statement, names: [...new Set(statement.match(/:[A-Z]\w+/g))] }));
}

const TABLES = statementsOf('Tables');
const UPDATED = statementsOf('`record` with the change `updated`');
const REMOVED = statementsOf('`record` with the change `removed`');
const PRESENCE = statementsOf('`presence`');
const SUMMARY = statementsOf('`summary`');

type Body = Record<string, any>;

function statementsFor({ Kind, Change }: Body) {
  switch (Kind) {
    case 'record':
      return Change === 'removed' ? REMOVED : UPDATED;
    case 'presence':
      return PRESENCE;
    case 'summary':
      return SUMMARY;
    default:
      throw new Error(`no statements for ${String(Kind)}`);
  }
}

/** A mirror of pools as docs/mirror.md builds it, in SQLite. */
export class Mirror {
  private readonly database = new Database(':memory:');

  constructor() {
    for (const { sql } of TABLES) this.database.run(sql);
  }

  receive(body: Body): void {
    for (const { sql, names } of statementsFor(body)) {
      const values = names.map((name) => {
        const value: unknown = body[name.slice(1)];
        if (value === undefined) throw new Error(`${String(body['Kind'])} has no ${name}`);
        return [name, typeof value === 'object' ? JSON.stringify(value) : (value as string | number)];
      });
      this.database.run(sql, Object.fromEntries(values) as Record<string, string | number>);
    }
  }

  /** `<identity>/<dataset>/<key>` and the value, in order. */
  records(IdentityPoolId: string): [string, string][] {
    const rows = this.database.all('select * from records where identity_pool_id = :pool', { ':pool': IdentityPoolId });
    return (rows as Record<string, string>[])
      .map((row): [string, string] => [
        `${row['identity_id']}/${row['dataset_name']}/${row['key']}`,
        row['value'] ?? '',
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Forgets one pool. */
  forget(IdentityPoolId: string): void {
    for (const table of ['records', 'present_datasets']) {
      this.database.run(`delete from ${table} where identity_pool_id = :pool`, { ':pool': IdentityPoolId });
    }
  }

  close(): void {
    this.database.close();
  }
}
