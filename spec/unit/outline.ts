import * as sdk from '@aws-sdk/client-cognito-sync';
import type { Node } from './dialect';

/** One line per member at every level, such as `RecordPatches[].Op: string required`. */
type Outline = string[];

/** The outline of a schema of ours. */
export function outlineOf(node: Node, at = ''): Outline {
  const { items, properties = {} } = node;
  const own = Object.entries(properties).flatMap(([name, property]) => {
    const path = at ? `${at}.${name}` : name;
    const type = property.format ?? property.type;
    return [`${path}: ${type}${property.required ? ' required' : ''}`, ...outlineOf(property, path)];
  });
  if (!items) return own;
  return [...(items.properties ? [] : [`${at}[]: ${items.type}`]), ...own, ...outlineOf(items, `${at}[]`)];
}

/** What AWS's SDK knows of a type: a number stands for a simple type, an array describes another, lazily at times. */
type SdkType = number | 'unit' | readonly unknown[] | (() => SdkType);

const SIMPLE: { [code: number]: string } = { 0: 'string', 1: 'integer', 2: 'boolean', 4: 'date-time' };
const LIST = 64;
const MAP = 128;

function inspect(type: SdkType, at: string): { name: string; inside: Outline } {
  if (typeof type === 'function') return inspect(type(), at);
  if (type === 'unit') return { name: 'object', inside: [] };
  if (typeof type === 'number') {
    if (type >= MAP) return { name: 'object', inside: [] };
    if (type >= LIST) return { name: 'array', inside: [`${at}[]: ${inspect(type - LIST, at).name}`] };
    const name = SIMPLE[type];
    if (name === undefined) throw new Error(`the SDK has a type of code ${type} at ${at}`);
    return { name, inside: [] };
  }
  // A pair is a type with its traits; longer ones begin with what they describe.
  if (type.length === 2) return inspect(type[0] as SdkType, at);
  if (type[0] === 1) return { name: 'array', inside: inspect(type[4] as SdkType, `${at}[]`).inside };
  const [, , , , names, types, required = 0] = type as [3, string, string, 0, string[], SdkType[], number?];
  const inside = names.flatMap((member, index) => {
    const path = at ? `${at}.${member}` : member;
    const part = inspect(types[index] ?? 'unit', path);
    return [`${path}: ${part.name}${index < required ? ' required' : ''}`, ...part.inside];
  });
  return { name: 'object', inside };
}

/** The outline of what an operation takes or returns by AWS's own model, as the official SDK carries it. */
export function outlineOfModel(operation: string, direction: 'in' | 'out'): Outline {
  const model = (sdk as unknown as { [name: string]: SdkType })[`${operation}$`] as readonly SdkType[];
  return inspect(model[direction === 'in' ? 4 : 5] ?? 'unit', '').inside;
}
