import { DEFAULT_KEY } from '../../server/options';
import { Given } from './samples';
import { World, type Step } from './support/world';

/** What the log says at the end of a run, before the number of messages. */
const SAID = 'GetNewAndUpdatedRecords: emitted ';

/** Scheduled runs of a trigger, as the platform makes them: a message without a body, and the snapshot kept last. */
describe('GetNewAndUpdatedRecords', () => {
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

  async function start(snapshot: object = {}, env: Record<string, string> = {}): Promise<Step> {
    const where = { IdentityPoolId: given.pool, IdentityId: given.identity, DatasetName: 'profile' };
    const config = { ...DEFAULT_KEY, endpoint: given.endpoint, ...where };
    const step = await world.step({ action: 'GetNewAndUpdatedRecords', config, snapshot, env });
    await step.start();
    return step;
  }

  /** Lets the trigger run once, and resolves with the keys of what it emitted when the run is over. */
  async function run(step: Step): Promise<unknown[]> {
    const runs = step.log.split(SAID).length;
    await step.send({});
    await step.sailors[0]?.says(SAID, runs);
    const count = Number.parseInt(step.log.split(SAID).at(-1) ?? '');
    return (await step.data.take(count)).map(({ message }) => message.body['Key']);
  }

  it('emits in each run of a process what is new since the one before', async () => {
    await given.dataset('profile', { name: 'Ada' });
    const step = await start();
    expect(await run(step)).toEqual(['name']);
    expect(await run(step)).toEqual([]);
    await given.dataset('profile', { town: 'London' });
    expect(await run(step)).toEqual(['town']);
  });

  it('goes on in another process from the snapshot that was kept', async () => {
    await given.dataset('profile', { name: 'Ada' });
    const first = await start();
    await run(first);
    const last = () => first.snapshots.items.at(-1)?.snapshot as { lastSyncCount?: number } | undefined;
    await first.snapshots.until(() => last()?.lastSyncCount === 1, 'a snapshot at the count of the dataset');
    const kept = last() ?? {};
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(5_000);
    await first.sailors[0]?.stop();
    await given.dataset('profile', { town: 'London' });
    expect(await run(await start(kept))).toEqual(['town']);
  });

  it('shows a sample without moving the snapshot', async () => {
    await given.dataset('profile', { name: 'Ada' });
    const step = await start({}, { ELASTICIO_FLOW_TYPE: 'debug' });
    expect(await run(step)).toEqual(['name']);
    expect(await run(step)).toEqual(['name']);
    expect(step.snapshots.items).toEqual([]);
  });

  it('emits the same again, under the same ids, when the snapshot was not saved', async () => {
    await given.dataset('profile', { name: 'Ada', town: 'London', year: '1815' });
    const first = await start();
    await run(first);
    const second = await start();
    await run(second);
    const ids = (step: Step) => step.data.items.map(({ message }) => message.id);
    expect(ids(second)).toEqual(ids(first));
  });
});
