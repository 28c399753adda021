import * as sdk from '@aws-sdk/client-cognito-sync';
import Ajv from 'ajv';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../lib/cognito-sync/operation';
import * as operations from '../../lib/cognito-sync/operations';
import { prepare } from '../../lib/platform/authorisation';
import { connectionOf } from '../../lib/platform/connection';
import { inputOf } from '../../lib/platform/input';
import { readJson, ROOT, schemas } from './descriptor';
import { standard, visits, type SchemaFile } from './dialect';
import { outlineOf, outlineOfModel } from './outline';

interface Message {
  [member: string]: unknown;
}

/** A message that must be refused: the first example of the schema with some members set, or left out. */
interface Counterexample {
  because: string;
  with?: Message;
  without?: string[];
  /** How the connector's error begins, after the name of the operation. */
  error?: string;
}

interface Counterexamples {
  /** Both the schema and the connector refuse these. */
  in?: Counterexample[];
  /** These are wrong beyond what the dialect can express: the connector refuses them. */
  inByValue?: Counterexample[];
  out?: Counterexample[];
}

const FIXTURES = 'spec/fixtures/schemas';
const counterexamplesOf = (id: string) => readJson(`${FIXTURES}/${id}.json`) as Counterexamples;

function messageOf({ examples }: SchemaFile, counterexample: Counterexample): Message {
  const message: Message = { ...examples[0], ...counterexample.with };
  for (const member of counterexample.without ?? []) delete message[member];
  return message;
}

/** The path of every member of a message, as `visits` spells them. */
function pathsIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = at ? `${at}.${name}` : name;
    return [path, ...pathsIn(member, path)];
  });
}

/** An error comes in place of the answer, so that members of the answer are missing beside it. */
const errorOnly = ({ error }: SchemaFile['properties']): SchemaFile['properties'] => (error ? { error } : {});

const ajv = new Ajv({
  formats: { 'date-time': (date: string) => /^\d{4}-\d\d-\d\dT.*Z$/.test(date) && !Number.isNaN(Date.parse(date)) },
});

describe.each(schemas)('the $direction schema of $id', ({ id, direction, schema }) => {
  const accepts = ajv.compile(standard(schema));

  it('describes every property at every level in the dialect of the platform', () => {
    expect(Object.keys(schema)).toEqual(['type', 'properties', 'examples']);
    expect(schema.type).toBe('object');
    for (const { path, property } of visits(schema)) {
      expect({ path, ...property }).toMatchObject({
        type: expect.stringMatching(/^(string|integer|number|boolean|object|array)$/) as string,
        required: expect.any(Boolean) as boolean,
        title: expect.stringMatching(/^[A-Z]/) as string,
        description: expect.stringMatching(/^\S.*\.$/) as string,
        ...(property.type === 'object' && { properties: expect.any(Object) as object }),
        ...(property.type === 'array' && { items: { type: expect.stringMatching(/^(object|string)$/) as string } }),
      });
      if (!property.properties && !property.items) expect([path, property.examples]).not.toEqual([path, undefined]);
    }
  });

  it('accepts its own examples, which show every property', () => {
    const acceptsError = ajv.compile(standard({ ...schema, properties: errorOnly(schema.properties) }));
    for (const example of schema.examples) {
      const fits = 'error' in example ? acceptsError : accepts;
      expect([fits(example), fits.errors]).toEqual([true, null]);
    }
    const shown = new Set(schema.examples.flatMap((example) => pathsIn(example)));
    expect(visits(schema).filter(({ path }) => !shown.has(path))).toEqual([]);
    expect(schema.examples).not.toEqual([]);
  });

  it('has examples of each property that fit it', () => {
    for (const { path, property } of visits(schema)) {
      const fits = ajv.compile(standard(property));
      for (const example of property.examples ?? []) {
        expect([path, example, fits(example)]).toEqual([path, example, true]);
      }
    }
  });

  it.each(counterexamplesOf(id)[direction] ?? [])('refuses a message in which $because', (counterexample) => {
    expect(accepts(messageOf(schema, counterexample))).toBe(false);
  });
});

/**
 * The step's field may name the identity pool, and a user the identity; the mapper cannot fill a list of texts; the keys of
 * events are free.
 */
const OURS = new Map([
  ['IdentityPoolId: string required', ['IdentityPoolId: string']],
  ['IdentityId: string required', ['IdentityId: string']],
  ['PushSync.ApplicationArns: array', ['PushSync.ApplicationArns: string']],
  ['PushSync.ApplicationArns[]: string', []],
]);

/** Groups of the form are no members of the operation. */
const isOfGroup = (line: string) => /^(?:ActAs|Predecessor|error)\b/.test(line);

/** The credential that a message of the examples is made for. */
function credentialFor(message: unknown): Message {
  const { ActAs } = message as { ActAs?: Message };
  const developerProviderName = 'login.example.com';
  if (ActAs) return { authoriseAs: ActAs['Logins'] ? 'logins' : 'developerIdentity', developerProviderName };
  return { sessionToken: 'example-session-token' };
}

const isNoFreeKey = (line: string) => !line.startsWith('Events.');

const table = (Object.values(operations) as unknown as Operation[]).map((operation) => ({
  name: operation.name,
  schemaOf: (wanted: 'in' | 'out') => {
    const found = schemas.find(({ id, direction }) => id === operation.name && direction === wanted);
    if (!found) throw new Error(`${operation.name} declares no schema ${wanted}`);
    return found.schema;
  },
  errorOf: (body: unknown): string | undefined => {
    try {
      const cfg = { region: 'us-east-1', ...credentialFor(body) };
      const input = inputOf(operation.name, body, cfg);
      const connect = () => connectionOf(cfg, operation.name, { poolId: input['IdentityPoolId'] });
      prepare({ name: operation.name, input, connect }, { ...operation, predecessor: true });
      return undefined;
    } catch (error) {
      if (error instanceof Error && error.name === 'InvalidInput') return error.message;
      throw error;
    }
  },
}));

describe.each(table)('the schemas of $name', ({ name, schemaOf, errorOf }) => {
  const input = schemaOf('in');
  const { in: misshapen = [], inByValue = [] } = counterexamplesOf(name);

  it('take the members of AWS’s model, nothing else', () => {
    const model = outlineOfModel(name, 'in').flatMap((line) => OURS.get(line) ?? line);
    const lines = outlineOf(input).filter((line) => isNoFreeKey(line) && !isOfGroup(line));
    expect(lines.sort()).toEqual(model.sort());
  });

  it('return the members of AWS’s model, nothing else', () => {
    const lines = outlineOf(schemaOf('out')).map((line) => line.replace(/ required$/, ''));
    expect(lines.filter((line) => isNoFreeKey(line) && !isOfGroup(line)).sort()).toEqual(
      outlineOfModel(name, 'out').sort(),
    );
  });

  it('have examples that the connector takes', () => {
    expect(input.examples.map(errorOf)).toEqual(input.examples.map(() => undefined));
  });

  it.each([...misshapen, ...inByValue])('have the connector refuse a message in which $because', (counterexample) => {
    expect(counterexample.error).toBeTruthy();
    expect(errorOf(messageOf(input, counterexample))).toContain(`${name}: InvalidInput: ${counterexample.error}`);
  });

  it.each(inByValue)('cannot express that $because', (counterexample) => {
    expect(ajv.compile(standard(input))(messageOf(input, counterexample))).toBe(true);
  });
});

it.each([
  ['Op', sdk.Operation],
  ['Platform', sdk.Platform],
  ['StreamingStatus', sdk.StreamingStatus],
  ['BulkPublishStatus', sdk.BulkPublishStatus],
])('lists AWS’s values wherever %s stands', (member, values) => {
  const found = schemas
    .flatMap(({ schema }) => visits(schema))
    .filter(({ path }) => path.split('.').at(-1) === member)
    .map(({ property }) => [...(property.enum ?? [])].sort());
  expect(new Set(found.map(String))).toEqual(new Set([String(Object.values(values).sort())]));
});

it('keeps no counter-examples of steps that are gone', () => {
  const ids = new Set(schemas.map(({ id }) => `${id}.json`));
  expect(readdirSync(join(ROOT, FIXTURES)).filter((file) => !ids.has(file))).toEqual([]);
});
