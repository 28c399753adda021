import fs from 'node:fs';
import { provenance } from '../provenance';

export type Row = Readonly<Record<string, string | number>>;

/** Rows as text, numbers to the right, one column for each member of the first row. */
export function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const isNumber = columns.map((column) => typeof rows[0]?.[column] === 'number');
  const line = (texts: readonly string[]) =>
    texts.map((text, i) => (isNumber[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0))).join('  ');
  return cells.map(line).join('\n');
}

/** Prints the rows and, where a file is named, writes everything there as JSON. */
export function report(title: string, rows: readonly Row[], result: object, file: string | undefined): void {
  console.log(`${title}\n${table(rows)}`);
  if (file !== undefined) fs.writeFileSync(file, `${JSON.stringify({ ...provenance(), ...result }, null, 2)}\n`);
}

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
