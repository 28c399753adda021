import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * `npm run reference`: writes the parts of README.md that follow from component.json and the schemas: the tables of steps and,
 * for each step, its fields and members. A test fails while README.md says anything else.
 */

const root = path.resolve(__dirname, '..');

interface Property {
  readonly type?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
  readonly items?: Property;
}

interface Field {
  readonly label: string;
  readonly required?: boolean;
  readonly viewClass: string;
  readonly model?: Readonly<Record<string, string>> | string;
  readonly help?: { readonly description: string };
}

interface Step {
  readonly title: string;
  readonly description: string;
  readonly help: { readonly description: string };
  readonly fields?: Readonly<Record<string, Field>>;
  readonly metadata?: { readonly in?: string; readonly out?: string };
}

interface Component {
  readonly credentials: { readonly fields: Readonly<Record<string, Field>> };
  readonly actions: Readonly<Record<string, Step>>;
  readonly triggers?: Readonly<Record<string, Step>>;
}

const read = <T>(file: string): T => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as T;
/** A cell of a Markdown table. */
const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
const row = (...cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-');

function choices({ model }: Field): string {
  if (typeof model === 'string') return ' A drop-down filled from your account.';
  return model
    ? ` One of: ${Object.entries(model)
        .map(([value, label]) => `\`${value}\` (${label})`)
        .join('; ')}.`
    : '';
}

/** Groups that many steps have, described once in sections of their own. */
const GROUPS = new Set(['ActAs', 'Predecessor']);

/** Members and their members, by path: `Records[].Key`. */
function members(properties: Readonly<Record<string, Property>>, prefix = ''): [string, Property][] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const nested = property.items ?? property;
    const at = `${prefix}${name}${property.items ? '[]' : ''}`;
    const within = GROUPS.has(name) ? {} : (nested.properties ?? {});
    return [[at, property], ...members(within, `${at}.`)] as [string, Property][];
  });
}

function fieldsOf(fields: Readonly<Record<string, Field>>): string[] {
  return Object.entries(fields).map(
    ([name, field]) =>
      `- **${field.label}** (\`${name}\`, ${field.required ? 'required' : 'optional'}): ${field.help?.description ?? ''}${choices(field)}`,
  );
}

/** Fields that every action has, described once. */
const SHARED = new Set(['errorPolicy', 'IdentityPoolId', 'emitBehaviour']);

function section(step: Step): string {
  const lines = [`### ${step.title}`, '', `${step.description} ${step.help.description}`, ''];
  const own = Object.fromEntries(Object.entries(step.fields ?? {}).filter(([name]) => !SHARED.has(name)));
  const shared = Object.entries(step.fields ?? {}).filter(([name]) => SHARED.has(name));
  if (shared.length > 0)
    lines.push(`Fields: ${shared.map(([, { label }]) => `[${label}](#fields-of-steps)`).join(', ')}.`, '');
  if (Object.keys(own).length > 0) lines.push(...fieldsOf(own), '');
  if (step.metadata?.in) {
    const { properties = {} } = read<Property>(step.metadata.in);
    const rows = members(properties).map(([name, { type = '', required, description = '', enum: allowed }]) =>
      row(
        `\`${name}\``,
        type,
        required ? 'yes' : 'no',
        description + (allowed ? ` One of ${allowed.join(', ')}.` : ''),
      ),
    );
    if (rows.length > 0) lines.push('| Input | Type | Required | Meaning |', '|---|---|---|---|', ...rows, '');
  }
  if (step.metadata?.out) {
    const { properties = {} } = read<Property>(step.metadata.out);
    const names = members(properties).map(([name]) => `\`${name}\``);
    lines.push(names.length > 0 ? `Output: ${names.join(', ')}.` : 'Output: an empty message when it is done.', '');
  }
  return lines.join('\n');
}

function tableOf(steps: Readonly<Record<string, Step>>): string {
  const rows = Object.entries(steps).map(([id, { title, description }]) =>
    row(`[${title}](#${anchor(title)})`, `\`${id}\``, description),
  );
  return ['| Step | Id | What it does |', '|---|---|---|', ...rows].join('\n');
}

/** Fields that several actions share, each in the words of the first that has it. */
function sharedFields({ actions }: Component): string {
  const all = Object.assign(
    {},
    ...Object.values(actions)
      .map(({ fields }) => fields ?? {})
      .reverse(),
  ) as Record<string, Field>;
  return fieldsOf(Object.fromEntries(Object.entries(all).filter(([name]) => SHARED.has(name)))).join('\n');
}

/** README.md with its derived parts written anew. @throws Error when a part has lost its marks */
export function withReference(readme: string): string {
  const component = read<Component>('component.json');
  const { actions, triggers = {} } = component;
  const parts: Readonly<Record<string, string>> = {
    credentials: fieldsOf(component.credentials.fields).join('\n'),
    triggers: tableOf(triggers),
    actions: tableOf(actions),
    fields: sharedFields(component),
    'trigger sections': Object.values(triggers).map(section).join('\n'),
    'action sections': Object.values(actions).map(section).join('\n'),
  };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part.trimEnd()}\n\n${text.slice(to)}`;
  }, readme);
}

if (require.main === module) {
  const file = path.join(root, 'README.md');
  writeFileSync(file, withReference(readFileSync(file, 'utf8')));
}
