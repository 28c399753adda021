import * as operations from '../../lib/cognito-sync/operations';
import * as identityOperations from '../../lib/cognito-identity/model';
import type { Operation } from '../../lib/cognito-sync/operation';
import type { Process } from '../../lib/platform/runtime';
import { Given, samples } from '../flow/samples';
import { run } from '../support/run';
import { entries, readText, ROOT } from '../unit/descriptor';

interface Statement {
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource: string;
}

/** The JSON policies of docs/iam.md by the last heading before each: the id of a step, or the text. */
function policies(): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  const parts = /^###? (?:.*\(`(\w+)`\)|(.*))$|^```json\n([^`]*)```$/gm;
  let heading = '';
  for (const [, id, title, json] of readText('docs/iam.md').matchAll(parts)) {
    if (json === undefined) heading = id ?? title ?? '';
    else found.set(heading, (JSON.parse(json) as { Statement: Statement[] }).Statement);
  }
  return found;
}

const documented = policies();
const actionsOf = (heading: string) => (documented.get(heading) ?? []).flatMap(({ Action }) => Action);
const nameOf = (action: string) => action.split(':')[1] ?? '';

const sync = Object.values(operations) as unknown as Operation[];
const identity = Object.values(identityOperations).filter(({ signed }) => signed);
const every = [
  ...sync.map(({ name }) => `cognito-sync:${name}`),
  ...identity.map(({ name }) => `cognito-identity:${name}`),
];
/** Steps that AWS takes only from an identity. */
const OF_IDENTITY = new Set(sync.filter(({ authorisation }) => authorisation === 'identity').map(({ name }) => name));
/** Calls that a step makes only after it got no answer. */
const LOST_ANSWERS = ['UpdateRecords', 'DeleteDataset', 'BulkPublish'];

/** Runs a step with a key that may only make these calls, and returns the signed ones that it made. */
async function callsOf(id: string, kind: string, allowed: readonly string[], loseAnswer: boolean) {
  const sample = samples[id];
  if (!sample) throw new Error(`spec/flow/samples.ts has no sample of ${id}`);
  const given = await Given.start();
  try {
    const fields = (await sample.config?.(given)) ?? {};
    const body = await sample.message(given, fields);
    const deny = every.map(nameOf).filter((name) => !allowed.map(nameOf).includes(name));
    const key = { accessKeyId: 'AKIDLIMITED', secretAccessKey: 'limited-secret' };
    given.server.control.addKey({ ...key, deny });
    given.server.control.calls.clear();
    if (loseAnswer) given.server.faults.next({ kind: 'reset-before', operation: id });
    const { process } = (await import(`${ROOT}/lib/${kind}/${id}.ts`)) as { process: Process };
    const { error, bodies } = await run(process, { body }, { ...key, ...fields, endpoint: given.endpoint });
    const signed = new Set(every.map(nameOf));
    return { error, bodies, calls: [...given.server.control.calls.keys()].filter((name) => signed.has(name)) };
  } finally {
    await given.stop();
  }
}

it('has a policy for every step and for nothing else', () => {
  const ids = entries.map(({ id }) => id);
  expect([...documented.keys()].filter((heading) => /^\w+$/.test(heading) && heading !== 'Everything').sort()).toEqual(
    ids.sort(),
  );
});

it('allows everything together that the steps need, but for those of an identity', () => {
  const needed = entries.filter(({ id }) => !OF_IDENTITY.has(id)).flatMap(({ id }) => actionsOf(id));
  expect([...new Set(actionsOf('Everything'))].sort()).toEqual([...new Set(needed)].sort());
});

describe.each(entries)('the policy of $id', ({ id, kind, step }) => {
  it('names calls that exist, each on the narrowest resource', () => {
    for (const { Effect, Action, Resource } of documented.get(id) ?? []) {
      expect(Effect).toBe('Allow');
      for (const action of Action) {
        expect(every).toContain(action);
        const path = sync.find(({ name }) => action === `cognito-sync:${name}`)?.path ?? '';
        const pool = `arn:aws:${action.split(':')[0]}:us-east-1:123456789012:identitypool/us-east-1:12345678-1234-1234-1234-123456789012`;
        if (path.includes('{IdentityId}')) expect(Resource).toBe(`${pool}/*`);
        else expect(Resource).toBe(path === '/identitypools' ? '*' : pool);
      }
    }
  });

  it('is what the help of the step says, at least', () => {
    const named = [...step.help.description.matchAll(/cognito-(?:sync|identity):\w+/g)].map(([action]) => action);
    expect(named.filter((action) => !actionsOf(id).includes(action))).toEqual([]);
    // A help that says nothing at all is no help.
    if (actionsOf(id).length > 0) expect(named.length).toBeGreaterThan(0);
  });

  it('suffices, and holds nothing that the step does not call', async () => {
    const allowed = actionsOf(id);
    const { error, bodies, calls } = await callsOf(id, kind, allowed, false);
    expect(error).toBeUndefined();
    expect(bodies.length).toBeGreaterThan(0);
    const called = new Set(calls);
    if (LOST_ANSWERS.includes(id)) {
      const unanswered = await callsOf(id, kind, allowed, true);
      expect(unanswered.error).toBeUndefined();
      for (const name of unanswered.calls) called.add(name);
    }
    expect([...called].sort()).toEqual(allowed.map(nameOf).sort());
  }, 30_000);
});
