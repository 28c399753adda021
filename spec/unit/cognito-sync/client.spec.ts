import { cognitoSync } from '../../../lib/cognito-sync/client';
import { decode } from '../../../lib/cognito-sync/decode';
import { keys, refusal, rejection, scripted, type Outcome } from '../aws/scripted';
import { leastInput, table } from './inputs';

const endpoint = { origin: 'https://x.example.com', host: 'x.example.com' };

/** A client whose every call is answered by `outcome`. */
function clientOf(outcome: Outcome, random = 0.5) {
  const world = scripted([outcome], { random });
  const lines: string[] = [];
  const client = cognitoSync({
    region: 'us-east-1',
    endpoint,
    credentials: { current: () => keys },
    policy: { retries: 2, timeoutMs: 1_000 },
    io: world.io,
    log: (line) => lines.push(line),
  });
  return { client, world, lines };
}

const update = {
  ...leastInput('UpdateRecords'),
  SyncSessionToken: 'session+token',
  RecordPatches: [
    { Op: 'replace', Key: 'name', SyncCount: 0, Value: 'Ada "Countess" Lovelace' },
    { Op: 'replace', Key: 'note', SyncCount: 0, Value: 'back\\slash\nand ü' },
    { Op: 'remove', Key: 'gone', SyncCount: 3 },
  ],
};

it.each([
  ['UpdateRecords', update, 'session+token'],
  ['UpdateRecords', update, 'Ada "Countess" Lovelace'],
  ['UpdateRecords', update, 'back\\slash\nand ü'],
  ['RegisterDevice', { ...leastInput('RegisterDevice'), Token: 'push"token' }, 'push"token'],
  [
    'ListRecords',
    { ...leastInput('ListRecords'), LastSyncCount: 1, SyncSessionToken: 'session+/=token' },
    'session+/=token',
  ],
  ['ListRecords', { ...leastInput('ListRecords'), NextToken: 'next&token' }, 'next&token'],
  ['ListDatasets', { ...leastInput('ListDatasets'), NextToken: 'next token' }, 'next token'],
])('an error of %s with %j does not repeat %j', async (name, input, secret) => {
  for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
    const message = `Value '${form}' at 'member' failed to satisfy constraint`;
    for (const outcome of [
      { ...refusal('InvalidParameterException'), body: JSON.stringify({ message }) },
      { status: 403, headers: {}, body: `<html>${message}` },
    ]) {
      const { client, lines } = clientOf(outcome);
      const error = await rejection(client.send(table[name]!, input));
      expect(error.message).toContain("Value '[hidden]' at 'member'");
      expect([error.message, error.stack, ...lines].join()).not.toContain(form);
    }
  }
});

it('an error keeps the key of a conflict, which says where to look', async () => {
  const message = 'Current SyncCount for: name is: 1 not: 0';
  const { client } = clientOf({ ...refusal('ResourceConflictException', 409), body: JSON.stringify({ message }) });
  expect((await rejection(client.send(table['UpdateRecords']!, update))).message).toBe(
    `UpdateRecords: ResourceConflictException: ${message} (HTTP 409, request id r-no)`,
  );
});

it.each(Object.keys(table))('%s is signed for cognito-sync in its region and decoded', async (name) => {
  const body = '{"Count":1,"Gone":null}';
  const { client, world } = clientOf({ status: 200, headers: {}, body });
  const { output } = await client.send(table[name]!, leastInput(name));
  expect(output).toEqual(decode(table[name]!, { status: 200, headers: {}, body }));
  expect(world.sent[0]!.headers['authorization']).toContain('/us-east-1/cognito-sync/aws4_request');
});

it.each(Object.values(table))(
  '$name is repeated after a lost answer only where it is idempotent ($idempotent)',
  async ({ name, idempotent }) => {
    const { client, world } = clientOf(refusal('InternalErrorException', 500));
    await rejection(client.send(table[name]!, leastInput(name)));
    expect(world.sent).toHaveLength(idempotent ? 3 : 1);
  },
);

it('backs off as a call does, and says how often', async () => {
  const { client, world } = clientOf(refusal('X'), 0.25);
  expect(client.retries).toBe(2);
  for (const attempt of [1, 2, 3]) await client.backOff(attempt);
  expect(world.waits).toEqual([25, 50, 100]);
});
