import { process as GetNewAndUpdatedDatasets } from '../../lib/triggers/GetNewAndUpdatedDatasets';
import { process as GetNewAndUpdatedRecords } from '../../lib/triggers/GetNewAndUpdatedRecords';
import { process as GetNewAndUpdatedRecordsOfIdentityPool } from '../../lib/triggers/GetNewAndUpdatedRecordsOfIdentityPool';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { Poller } from '../support/poller';
import { Writer } from '../support/writer';

/** Snapshots that no run of this version has saved: the trigger begins anew, says so, and goes on as usual. */

let server: LocalServer;
let writer: Writer;
beforeAll(async () => {
  server = await localServer();
  // The pool lists the identities that Cognito Identity knows.
  const IdentityId = server.control.addIdentity(POOL);
  writer = new Writer(server, { ...DATASET, IdentityId });
  await writer.write({ k: 'v' });
  place.IdentityId = IdentityId;
});
afterAll(async () => {
  writer.end();
  await server.stop();
});

const place = { IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName: DATASET.DatasetName };
const triggers = { GetNewAndUpdatedRecords, GetNewAndUpdatedDatasets, GetNewAndUpdatedRecordsOfIdentityPool };
type Name = keyof typeof triggers;
const fields = (name: Name) =>
  name === 'GetNewAndUpdatedRecords'
    ? place
    : name === 'GetNewAndUpdatedDatasets'
      ? { IdentityPoolId: POOL, IdentityId: place.IdentityId }
      : { IdentityPoolId: POOL };
const poller = (name: Name) => new Poller(triggers[name], cfgOf(server, fields(name)));

const anything: unknown[] = [null, 'text', 7, true, [], ['a'], { version: 99 }];
const membersOf: Readonly<Record<Name, object[]>> = {
  GetNewAndUpdatedRecords: [
    {},
    { lastSyncCount: 'five', deletions: 0 },
    { lastSyncCount: -1, deletions: 0 },
    { lastSyncCount: 1.5, deletions: 0 },
    { lastSyncCount: 1e300, deletions: 0 },
    { lastSyncCount: 1 },
    { lastSyncCount: 1, deletions: null },
    { lastSyncCount: 1, deletions: 0, telling: {} },
  ],
  GetNewAndUpdatedDatasets: [
    {},
    { known: {} },
    { known: 'profile' },
    { known: [7] },
    { known: [null] },
    { known: ['profile'] },
    { known: ['profile ...'] },
    { known: [' a'] },
    { known: ['profile abc def'] },
    { known: ['profile zzzzzzzzzzzzzzz'] },
    { known: [], until: 'now' },
    { known: [], until: 5, ties: 7 },
  ],
  GetNewAndUpdatedRecordsOfIdentityPool: [
    { since: 'yesterday' },
    { since: 1e300 },
    { pass: 'first' },
    { pass: {} },
    { pass: { startedAt: 1, cursor: {} } },
    { pass: { startedAt: 1, cursor: null, totals: {} } },
    { pass: { startedAt: null, cursor: {}, totals: {} } },
    { pass: { startedAt: 1, cursor: { token: 7 }, totals: {} } },
    {
      pass: {
        startedAt: 1,
        cursor: {},
        totals: { Identities: 0, Datasets: 0, Records: 0, Removed: 0, Bytes: 0, Unchanged: 0, Skipped: {} },
      },
    },
  ],
};

describe.each(Object.keys(triggers) as Name[])('%s', (name) => {
  let whole: Record<string, any>;
  beforeAll(async () => {
    const first = poller(name);
    await first.poll();
    whole = first.snapshot;
  });
  const kept = () =>
    Object.fromEntries(Object.entries(whole).filter(([member]) => /^Ident|^Dataset|filters/.test(member)));

  /** How many messages a trigger emits with this snapshot, and what it says of it. */
  async function begins(snapshot: unknown) {
    const trigger = poller(name);
    trigger.snapshot = snapshot as typeof trigger.snapshot;
    const { emitted } = await trigger.poll();
    const said = trigger.log.filter((line) => line.includes('begins anew'));
    // The next run goes on from what this one saved; of a pool, the last five minutes are emitted again.
    const { emitted: again } = await trigger.poll();
    if (name !== 'GetNewAndUpdatedRecordsOfIdentityPool') expect(again).toEqual([]);
    expect(trigger.log.filter((line) => line.includes('begins anew'))).toEqual(said);
    return { emitted: emitted.length, said };
  }

  it('goes on from its own snapshot, and says nothing', async () => {
    expect((await begins(whole)).said).toEqual([]);
  });

  it.each([undefined, {}])('%j is none, as on the first run', async (snapshot) => {
    const { emitted, said } = await begins(snapshot);
    expect(emitted).toBeGreaterThan(0);
    expect(said).toEqual([]);
  });

  it.each(anything.map((each) => [JSON.stringify(each), each]))('%s', async (_, snapshot) => {
    const { emitted, said } = await begins(snapshot);
    expect(emitted).toBeGreaterThan(0);
    expect(said).toHaveLength(1);
  });

  it.each(membersOf[name].map((members) => [JSON.stringify(members), members]))('with %s', async (_, members) => {
    const { emitted, said } = await begins({ ...kept(), ...members });
    expect(emitted).toBeGreaterThan(0);
    expect(said).toEqual([expect.stringMatching(/has not the form that this version saves; the step begins anew$/)]);
  });

  it('of other fields', async () => {
    const { said } = await begins({ ...whole, IdentityPoolId: 'us-east-1:other' });
    expect(said).toEqual([expect.stringMatching(/was saved for other fields; the step begins anew$/)]);
  });
});
