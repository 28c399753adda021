import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { DEFAULT_KEY } from '../../server/options';
import { recorder, type Recorder } from '../support/recorder';
import { Given } from './samples';
import { opened, sealed } from './support/cipher';
import { Inbox } from './support/inbox';
import { World, type Step, type StepOptions } from './support/world';

let given: Given;
let world: World;

beforeEach(async () => {
  given = await Given.start();
  world = await World.create();
});

afterEach(async () => {
  await world.close();
  await given.stop();
});

/** A step with our key, against the local server unless `config` says otherwise; started. */
async function start(action: string, { config, ...options }: Partial<StepOptions> = {}): Promise<Step> {
  const step = await world.step({
    action,
    config: { ...DEFAULT_KEY, endpoint: given.endpoint, ...config },
    ...options,
  });
  await step.start();
  return step;
}

const where = (DatasetName = 'profile') => ({
  IdentityPoolId: given.pool,
  IdentityId: given.identity,
  DatasetName,
});

describe('a service that answers when asked to', () => {
  let service: Recorder;
  let calls: Inbox<http.ServerResponse>;
  let inWork = 0;
  let mostInWork = 0;
  const answer = (response: http.ServerResponse) => {
    inWork -= 1;
    response.end('{"Records":[],"Count":0}');
  };

  beforeEach(async () => {
    calls = new Inbox('calls');
    inWork = 0;
    mostInWork = 0;
    service = await recorder((_, response) => {
      inWork += 1;
      mostInWork = Math.max(mostInWork, inWork);
      response.setHeader('content-type', 'application/json');
      calls.put(response);
    });
  });

  afterEach(() => service.stop());

  it.each([1, 20])('has %i messages in work at a time', async (prefetch) => {
    const step = await start('ListRecords', { config: { endpoint: service.endpoint }, prefetch });
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) ids.push(await step.send(where(`dataset-${i}`)));
    for (let answered = 0; answered < 40; answered += prefetch) {
      for (const response of await calls.take(prefetch)) answer(response);
    }
    const emitted = await step.data.take(40);

    expect(mostInWork).toBe(prefetch);
    const parents = emitted.map(({ headers }) => headers['parentMessageId']);
    expect(parents.sort()).toEqual(ids.sort());
    expect(new Set(emitted.map(({ message }) => message.id)).size).toBe(40);
    expect(step.errors.items).toEqual([]);
  });

  it('keeps the order of messages while one is in work at a time', async () => {
    const step = await start('ListRecords', { config: { endpoint: service.endpoint } });
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push(await step.send(where()));
    for (let i = 0; i < 10; i++) answer(await calls.next());
    expect((await step.data.take(10)).map(({ headers }) => headers['parentMessageId'])).toEqual(ids);
  });

  it('finishes what is in work after SIGTERM, and leaves the rest in the queue', async () => {
    const step = await start('ListRecords', { config: { endpoint: service.endpoint } });
    const first = await step.send(where());
    await step.send(where());
    const response = await calls.next();
    const [sailor] = step.sailors;
    sailor?.kill('SIGTERM');
    await sailor?.says('Received SIGTERM');
    answer(response);

    expect((await step.data.next()).headers['parentMessageId']).toBe(first);
    await expect(sailor?.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(step.data.items).toHaveLength(1);
    expect(step.errors.items).toEqual([]);
    expect(await step.waiting()).toBe(1);
  });

  it('ends within its time limit after SIGTERM though the service never answers', async () => {
    const env = { API_REQUEST_TIMEOUT: '1000', API_RETRIES_COUNT: '0' };
    const step = await start('ListRecords', { config: { endpoint: service.endpoint }, env });
    await step.send(where());
    await calls.next();
    const asked = Date.now();
    await expect(step.sailors[0]?.stop()).resolves.toEqual({ code: 0, signal: null });
    expect(Date.now() - asked).toBeLessThan(2_000);
    const { error } = await step.errors.next();
    expect(error).toMatchObject({
      name: 'Timeout',
      message: expect.stringMatching(/^ListRecords: Timeout: no answer within \d+ ms$/),
    });
  });

  it('has a message delivered to another process when the first one is killed', async () => {
    const step = await start('ListRecords', { config: { endpoint: service.endpoint } });
    const id = await step.send(where());
    await calls.next();
    await expect(step.sailors[0]?.stop('SIGKILL')).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    await step.start();
    answer(await calls.next());

    expect((await step.data.next()).headers['parentMessageId']).toBe(id);
    await expect(step.sailors[1]?.stop()).resolves.toEqual({ code: 0, signal: null });
    expect(step.data.items).toHaveLength(1);
    expect(await step.waiting()).toBe(0);
  });
});

it('emits the same id when a message is delivered twice, and another id for another message', async () => {
  const step = await start('ListRecords');
  const id = randomUUID();
  await step.send(where(), { id });
  const first = await step.data.next();
  await step.send(where(), { id });
  await step.send(where());
  const [second, other] = await step.data.take(2);
  expect(second?.message.id).toBe(first.message.id);
  expect(other?.message.id).not.toBe(first.message.id);
});

it('gives each item of a list an id of its own', async () => {
  const input = await given.dataset('profile', { name: 'Ada', town: 'London', year: '1815' });
  const step = await start('ListRecords', { config: { emitBehaviour: 'emitIndividually' } });
  await step.send(input);
  const emitted = await step.data.take(3);
  expect(emitted.map(({ message }) => message.body['Key']).sort()).toEqual(['name', 'town', 'year']);
  expect(new Set(emitted.map(({ headers }) => headers['messageId'])).size).toBe(3);
});

describe('lightweight messages', () => {
  it('leaves a body where the platform keeps large ones', async () => {
    const input = await given.dataset('profile');
    const env = { ELASTICIO_EMIT_LIGHTWEIGHT_MESSAGE: 'true', ELASTICIO_OBJECT_STORAGE_SIZE_THRESHOLD: '1' };
    const step = await start('ListRecords', { env });
    await step.send(input);
    const { message } = await step.data.next();
    expect(message.body).toEqual({});
    const stored = world.api.objects.get(String(message.headers?.['x-ipaas-object-storage-id']));
    expect(opened(stored ?? Buffer.alloc(0))).toMatchObject({ Records: [{ Key: 'name', Value: 'Ada' }] });
  });

  it('reads a body from where the platform keeps large ones', async () => {
    const input = await given.dataset('profile');
    world.api.objects.set('object-1', sealed(input));
    const step = await start('ListRecords');
    await step.send({}, { headers: { 'x-ipaas-object-storage-id': 'object-1' } });
    expect((await step.data.next()).message.body).toMatchObject({ Records: [{ Key: 'name', Value: 'Ada' }] });
  });
});

it('speaks protocol 2', async () => {
  const input = await given.dataset('profile');
  const step = await start('ListRecords', { env: { ELASTICIO_PROTOCOL_VERSION: '2' } });
  await step.send(input);
  const { headers, message } = await step.data.next();
  expect(headers['protocolVersion']).toBe(2);
  expect(message.body).toMatchObject({ Count: 1 });
});

it('refuses a body that the runtime would drop, with advice', async () => {
  const [IdentityId = ''] = given.server.seed({
    identities: 1,
    datasetsPerIdentity: 1,
    recordsPerDataset: 1_000,
    valueLength: 1_000,
  });
  const { Datasets = [] } = await given.datasets(IdentityId);
  const step = await start('ListRecords', { env: { ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT: '2000000' } });
  const DatasetName = Datasets[0]?.DatasetName ?? '';
  await step.send({ IdentityPoolId: given.pool, IdentityId, DatasetName });
  const { error } = await step.errors.next();
  expect(error).toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(/«Emit Behavior»/) });
  expect(step.data.items).toEqual([]);
});

describe('a call that fails', () => {
  it('is repeated in the component until it succeeds', async () => {
    const step = await start('ListRecords');
    given.server.faults.next({ kind: '429', count: 2 });
    await step.send(where());
    const { message } = await step.data.next();
    expect(message.headers?.['cognito-sync-attempts']).toBe('3');
    expect(given.server.calls('ListRecords')).toBe(3);
    expect(step.errors.items).toEqual([]);
  });

  it('is not repeated where the step says so', async () => {
    const step = await start('ListRecords', { config: { errorPolicy: 'fail' } });
    given.server.faults.next({ kind: '429' });
    await step.send(where());
    expect((await step.errors.next()).error.name).toBe('TooManyRequestsException');
    expect(given.server.calls('ListRecords')).toBe(1);
  });

  it('becomes a message where the step says so', async () => {
    const step = await start('ListRecords', { config: { errorPolicy: 'emit' }, env: { API_RETRIES_COUNT: '0' } });
    given.server.faults.next({ kind: '503' });
    await step.send(where());
    const { message } = await step.data.next();
    expect(message.body).toEqual({
      error: {
        name: 'ServiceUnavailable',
        message: 'Service is unavailable',
        operation: 'ListRecords',
        statusCode: 503,
        requestId: expect.any(String),
      },
      input: where(),
    });
    expect(step.errors.items).toEqual([]);
  });

  it('is given up after as many rebounds as the platform allows, each waiting twice as long', async () => {
    const env = { API_RETRIES_COUNT: '0', ELASTICIO_REBOUND_LIMIT: '3', ELASTICIO_REBOUND_INITIAL_EXPIRATION: '100' };
    const step = await start('ListRecords', { config: { errorPolicy: 'rebound' }, env });
    given.server.faults.rate({ kind: '503', rate: 1 });
    const id = await step.send(where());
    const { error, input } = await step.errors.next();
    expect(step.rebounds.items.map(({ expiration }) => expiration)).toEqual(['100', '200', '400']);
    expect(error.message).toBe('Rebound limit exceeded');
    expect(input).toMatchObject({ id, body: where() });
    expect(step.data.items).toEqual([]);
  });

  it('is not delivered again when only other input can help', async () => {
    const step = await start('UpdateRecords', { config: { errorPolicy: 'rebound' } });
    const RecordPatches = [{ Op: 'replace', Key: 'name', Value: 'a value to keep secret', SyncCount: -1 }];
    await step.send({ ...where(), SyncSessionToken: 'token', RecordPatches });
    const { error } = await step.errors.next();
    expect(error.name).toBe('InvalidInput');
    expect(error.message).toMatch(/^UpdateRecords: InvalidInput: .*SyncCount/);
    expect(JSON.stringify(error) + step.log).not.toContain('a value to keep secret');
    expect(step.rebounds.items).toEqual([]);
    expect(given.server.calls()).toBe(0);
  });
});

it('starts and ends as the first step of a flow, whose hooks it does not need', async () => {
  const step = await start('ListRecords', { env: { ELASTICIO_STARTUP_REQUIRED: 'true' } });
  expect(world.api.hooks.get(world.prefix)).toEqual({});
  await step.sailors[0]?.stop();
  const shutdown = step.run({ ELASTICIO_HOOK_SHUTDOWN: 'true' });
  await expect(shutdown.ended()).resolves.toEqual({ code: 0, signal: null });
  expect(world.api.hooks.has(world.prefix)).toBe(false);
});

it('reports a credential that cannot be used', async () => {
  const step = await start('ListRecords', { config: { secretAccessKey: '' } });
  await step.send(where());
  const { error } = await step.errors.next();
  expect(error).toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(/secretAccessKey is required/) });
});
