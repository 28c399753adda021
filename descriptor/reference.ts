import { actions, anchorOf, helpOf, schemas, title, triggers } from './component';
import * as credentials from './texts/credentials';
import { sharedFields, type Form, type FormField } from './texts/form';
import type { Properties, Property } from './schema';
import type { Step, Steps } from './step';
import { messages } from './texts/messages';
import { variables } from './texts/variables';

/** docs/steps.md, and the tables of README.md: what component.json and the schemas say, for readers. */

/** Groups and fields that many steps have are described once, in sections of their own. */
const SECTIONS: Readonly<Record<string, string>> = {
  ActAs: 'Acting as a user',
  Predecessor: 'Messages of the predecessors',
};
const FIELDS = 'Fields of several steps';
/** A group of every output, described once. */
const ERROR = 'error';
const ERROR_SECTION = 'The error as a message';

const steps: Steps = { ...triggers, ...actions };
const files = schemas();

const link = (heading: string, text = heading) => `[${text}](#${anchorOf(heading)})`;
const oneOf = (values: readonly string[]) => ` One of: ${values.join(', ')}.`;

function field([name, { label, required, model, help }]: [string, FormField]): string {
  const choices =
    typeof model === 'object'
      ? oneOf(Object.entries(model).map(([value, shown]) => `\`${value}\` (${shown})`))
      : model
        ? ' A drop-down filled from your account.'
        : '';
  return `- **${label}** (\`${name}\`${required ? ', required' : ''}): ${help}${choices}`;
}

const fields = (form: Form) => Object.entries(form).map(field);

function typeOf({ type, format, items }: Property): string {
  if (format) return 'date and time';
  return items ? `list of ${items.type}s` : type === 'string' ? 'text' : type;
}

/** Members as a list, those within them indented. @param mark what to call those that must be there */
function members(properties: Properties, mark: 'required' | 'always', indent = ''): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const section = SECTIONS[name];
    const about = [typeOf(property), ...(property.required ? [mark] : [])].join(', ');
    const choices = property.enum ? oneOf(property.enum.map((value) => `\`${value}\``)) : '';
    const said = section ? `see ${link(section)}.` : `${property.description}${choices}`;
    const within = section ? {} : (property.properties ?? property.items?.properties ?? {});
    return [`${indent}- \`${name}\` (${about}): ${said}`, ...members(within, mark, `${indent}  `)];
  });
}

/** Paragraphs and lists, with a blank line between them. */
const blocks = (...parts: (string | readonly string[] | undefined)[]) =>
  parts
    .flatMap((part) =>
      part === undefined || part.length === 0 ? [] : [typeof part === 'string' ? part : part.join('\n')],
    )
    .join('\n\n');

/** The first step with the same output, which describes it for all. */
function firstWithOutput(id: string): string {
  const { output } = steps[id] ?? {};
  return Object.keys(steps).find((other) => steps[other]?.output === output) ?? id;
}

function section(id: string, step: Step): string {
  const isShared = ([name, one]: [string, FormField]) => sharedFields[name] === one;
  const shared = Object.entries(step.fields).filter(isShared);
  const own = Object.entries(step.fields).filter((entry) => !isShared(entry));
  const input = files.get(`${id}.in.json`)?.properties ?? {};
  const answer = Object.entries(files.get(`${id}.out.json`)?.properties ?? {}).filter(([name]) => name !== ERROR);
  const output = members(Object.fromEntries(answer), 'always');
  const first = firstWithOutput(id);
  return blocks(
    `### ${step.title}`,
    `\`${id}\`: ${step.description} ${helpOf(step)}`,
    `Fields: ${shared.map(([, { label }]) => link(FIELDS, label)).join(', ')}.`,
    own.map(field),
    step.input && 'Input:',
    members(input, 'required'),
    first !== id
      ? `Output: as of ${link(steps[first]?.title ?? '')}.`
      : `Output:${output.length === 0 ? ' an empty message when it is done.' : ''}`,
    first === id ? output : undefined,
  );
}

type Row = readonly string[];

/** A table, its columns as wide as their widest cell. */
function aligned(heads: Row, rows: readonly Row[]): string {
  const widths = heads.map((_, column) => Math.max(...[heads, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (cells: Row) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The same in fewer characters. */
const compact = (heads: Row, rows: readonly Row[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** @param page where the sections of the steps are */
const rowsOf = (all: Steps, page = ''): Row[] =>
  Object.values(all).map(({ title: name, description }) => [`[${name}](${page}#${anchorOf(name)})`, description]);
const STEP_HEADS = ['Step', 'What it does'];

const VARIABLE_HEADS = ['Variable', 'Values', 'Default', 'What it sets'];
const variableRows: Row[] = Object.entries(variables).map(([name, { values, defaultValue, description }]) => [
  `\`${name}\``,
  values,
  defaultValue,
  description,
]);

/** A group with its members, in the words of a step that has it. */
function groupSection(name: string, heading: string, file: string): string {
  const group = files.get(file)?.properties[name];
  return blocks(
    `## ${heading}`,
    `**${group?.title}** (\`${name}\`): ${group?.description}`,
    members(group?.properties ?? {}, file.endsWith('.out.json') ? 'always' : 'required'),
  );
}

/** docs/steps.md. */
export const reference = (): string =>
  `${blocks(
    `# ${title}: the steps`,
    'Written by `npm run descriptor` from the same texts as component.json and the forms of the platform. [Recipes](recipes.md) show how to use them together; [errors](errors.md) says what each error means.',
    '## Messages',
    messages,
    '## Credential',
    `${credentials.help} The policies for each step are in [iam.md](iam.md), and everything about acting as a user in [identity-credentials.md](identity-credentials.md).`,
    fields(credentials.fields),
    `## ${FIELDS}`,
    fields(sharedFields),
    '## Triggers',
    'A trigger emits its messages first and saves its position afterwards: after a crash in between, messages come again, with the same ids, and none is lost. «Retrieve sample» shows ten messages at most and does not move the position.',
    aligned(STEP_HEADS, rowsOf(triggers)),
    ...Object.entries(triggers).map(([id, step]) => section(id, step)),
    '## Actions',
    aligned(STEP_HEADS, rowsOf(actions)),
    ...Object.entries(actions).map(([id, step]) => section(id, step)),
    groupSection('ActAs', SECTIONS['ActAs'] ?? '', 'ListRecords.in.json'),
    groupSection('Predecessor', SECTIONS['Predecessor'] ?? '', 'ListRecords.in.json'),
    groupSection(ERROR, ERROR_SECTION, 'ListRecords.out.json'),
    '## Variables',
    'Whoever deploys the component may set these; none is required.',
    aligned(VARIABLE_HEADS, variableRows),
  )}\n`;

/** README.md with its tables written anew. @throws Error when a table has lost its marks */
export function withTables(readme: string): string {
  const tables = {
    steps: compact(STEP_HEADS, rowsOf(steps, 'docs/steps.md')),
    variables: compact(VARIABLE_HEADS, variableRows),
  };
  return Object.entries(tables).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, readme);
}
