const WIDTH = 120;
const isScalar = (value: unknown) => typeof value !== 'object' || value === null;

/** A list of scalars, or of one such list, on one line. */
function inline(value: unknown): string | undefined {
  if (isScalar(value)) return JSON.stringify(value);
  if (!Array.isArray(value)) return Object.keys(value as object).length === 0 ? '{}' : undefined;
  if (value.length > 1 && !value.every(isScalar)) return undefined;
  const items = value.map(inline);
  return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
}

/** JSON as prettier writes it: an object takes a line for each member, a short list of scalars one line. */
export function pretty(value: unknown, indent = '', room = WIDTH): string {
  const line = inline(value);
  if (line !== undefined && (isScalar(value) || line.length <= room)) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const entries = Array.isArray(value)
    ? value.map((item): [string, unknown] => ['', item])
    : Object.entries(value as object).map(([name, member]): [string, unknown] => [`${JSON.stringify(name)}: `, member]);
  const lines = entries.map(([name, member]) => {
    const start = `${inner}${name}`;
    return `${start}${pretty(member, inner, WIDTH - start.length - 1)}`;
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
