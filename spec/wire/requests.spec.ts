import * as sdk from '@aws-sdk/client-cognito-sync';
import * as operations from '../../lib/cognito-sync/operations';
import type { Operation } from '../../lib/cognito-sync/operation';
import { cognitoSync } from '../../lib/cognito-sync/client';
import { readInput } from '../../lib/shape';
import { recorder, type Recorded, type Recorder } from '../support/recorder';
import { samples } from '../support/samples';
import { signatures } from '../support/signature';

const table: Readonly<Record<string, Operation>> = operations;
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const temporary = { ...keys, accessKeyId: 'ASIAEXAMPLE', sessionToken: 'IQoJb3JpZ2luX2VjE+/Q==' };
const cases = Object.entries(samples).flatMap(([name, inputs]) => inputs.map((input) => [name, input] as const));

let server: Recorder;
beforeAll(async () => {
  server = await recorder();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
});

async function ours(name: string, input: object, credentials: typeof keys): Promise<Recorded> {
  const operation = table[name]!;
  const host = new URL(server.endpoint).host;
  const client = cognitoSync({
    region: 'us-east-1',
    endpoint: { origin: server.endpoint, host },
    credentials: { current: () => credentials },
    policy: { retries: 0, timeoutMs: 5_000 },
  });
  await client.send(operation, readInput(name, operation.input, input));
  return server.requests.pop()!;
}

/** The SDK takes dates as Date objects. */
function forSdk(input: object): object {
  return JSON.parse(JSON.stringify(input), (name, value: unknown) =>
    name === 'DeviceLastModifiedDate' ? new Date((value as number) * 1000) : value,
  );
}

async function theirs(name: string, input: object): Promise<Recorded> {
  const client = new sdk.CognitoSyncClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: keys,
    maxAttempts: 1,
  });
  const Command = (sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]!;
  await client.send(new Command(forSdk(input)));
  client.destroy();
  return server.requests.pop()!;
}

/** What means something to the service: the SDK adds headers of its own, such as its version. */
function essence({ method, target, headers, body }: Recorded) {
  return {
    method,
    target,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
    contentType: headers['content-type'],
    clientContext: headers['x-amz-client-context'],
  };
}

it('has samples for every operation and no other', () => {
  expect(Object.keys(samples).sort()).toEqual(Object.keys(table).sort());
  expect(Object.keys(samples)).toHaveLength(17);
});

it.each(cases)('%s sends what the official SDK sends: %j', async (name, input) => {
  expect(essence(await ours(name, input, keys))).toEqual(essence(await theirs(name, input)));
});

it.each(cases)('%s is signed as @smithy/signature-v4 signs: %j', async (name, input) => {
  for (const credentials of [keys, temporary]) {
    const request = await ours(name, input, credentials);
    const { sent, recomputed } = await signatures(request, credentials);
    expect(sent).toMatch(/^[0-9a-f]{64}$/);
    expect(sent).toBe(recomputed);
    expect(request.headers.host).toBe(new URL(server.endpoint).host);
  }
});
