import path from 'node:path';
import { DEFAULT_KEY } from '../../server/options';
import { Given } from './samples';
import { World, type Step } from './support/world';

const RECORDER = path.join(__dirname, 'fixtures/recorder');

/** A webhook's message → UpsertRecords → ListRecords, one message per record → a recorder, each a process of its own. */
describe('a flow of three steps', () => {
  let given: Given;
  let world: World;
  let upsert: Step;
  let list: Step;
  let record: Step;

  beforeEach(async () => {
    given = await Given.start();
    world = await World.create();
    const config = { ...DEFAULT_KEY, endpoint: given.endpoint };
    upsert = await world.step({ action: 'UpsertRecords', config, prefetch: 5 });
    list = await world.step({
      action: 'ListRecords',
      config: { ...config, emitBehaviour: 'emitIndividually' },
      prefetch: 5,
    });
    record = await world.step({ action: 'record', root: RECORDER });
    // What the platform's mapper does between two steps.
    await list.follows(upsert, ({ IdentityPoolId, IdentityId, DatasetName }) => ({
      IdentityPoolId,
      IdentityId,
      DatasetName,
    }));
    await record.follows(list);
    await Promise.all([upsert.start(), list.start(), record.start()]);
  });

  afterEach(async () => {
    await world.close();
    await given.stop();
  });

  const profile = (n: number) => ({
    IdentityPoolId: given.pool,
    IdentityId: `${given.identity}${n}`,
    DatasetName: 'profile',
    Records: { name: `User ${n}`, town: 'London', visits: String(n) },
  });

  it('carries what every step said to the end', async () => {
    const id = await upsert.send(profile(1), { passthrough: { webhook: { body: { path: '/sign-up' } } } });
    const recorded = await record.data.take(3);

    expect(recorded.map(({ message }) => message.body['Key']).sort()).toEqual(['name', 'town', 'visits']);
    for (const { message, headers } of recorded) {
      expect(headers['threadId']).toBe(`thread of ${id}`);
      expect(Object.keys(message.passthrough ?? {}).sort()).toEqual([upsert.id, list.id, record.id, 'webhook'].sort());
      expect(message.passthrough?.['webhook']?.body).toEqual({ path: '/sign-up' });
      expect(message.passthrough?.[upsert.id]?.body).toMatchObject({ DatasetSyncCount: 1, Written: true });
    }
    const exits = await Promise.all([upsert, list, record].map(async (step) => step.sailors[0]?.stop()));
    expect(exits).toEqual(Array(3).fill({ code: 0, signal: null }));
  });

  it('loses nothing when a step is killed in the middle', async () => {
    const users = Array.from({ length: 20 }, (_, n) => n);
    for (const n of users) await upsert.send(profile(n));
    await list.data.take(10);
    await list.sailors[0]?.stop('SIGKILL');
    await list.start();

    const wanted = users.flatMap((n) => [`${n}/name`, `${n}/town`, `${n}/visits`]).sort();
    const seen = () => {
      const keys = record.data.items.map(({ message: { body } }) => {
        const { IdentityId, Key } = body as { IdentityId: string; Key: string };
        return `${IdentityId.slice(given.identity.length)}/${Key}`;
      });
      return [...new Set(keys)].sort();
    };
    await record.data.until(() => seen().length === wanted.length, 'each record at the end', 30_000);

    expect(seen()).toEqual(wanted);
    // What was sent twice is known by its id.
    expect(new Set(list.data.items.map(({ message }) => message.id)).size).toBe(wanted.length);
    expect([upsert, list, record].flatMap((step) => step.errors.items)).toEqual([]);
  });
});
