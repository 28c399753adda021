import AWS from 'aws-sdk';
import 'amazon-cognito-js';
import type { LocalServer } from '../../server';
import { localServer, POOL } from '../support/local';

/** What the scenarios use of AWS's own Sync Manager for browsers, which has no types. */
interface Conflict {
  resolveWithLocalRecord(): unknown;
  resolveWithRemoteRecord(): unknown;
}
interface Dataset {
  put(key: string, value: string, callback: Callback): void;
  remove(key: string, callback: Callback): void;
  getAll(callback: Callback<Record<string, string>>): void;
  resolve(records: unknown[], callback: Callback): void;
  synchronize(callbacks: object): void;
  local: {
    deleteDataset(identity: string, name: string, callback: Callback): void;
    purgeDataset(identity: string, name: string, callback: Callback): void;
  };
}
interface Manager {
  openOrCreateDataset(name: string, callback: Callback<Dataset>): void;
  refreshDatasetMetadata(callback: Callback<unknown[]>): void;
}
type Callback<T = unknown> = (error: Error | null, value: T) => void;

const { CognitoSyncManager } = AWS as unknown as {
  CognitoSyncManager: (new (options: object) => Manager) & { StoreInMemory: unknown };
};

const promised = <T>(run: (callback: Callback<T>) => void) =>
  new Promise<T>((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));

/** One device of a user who has logged in, with the calls it has sent. */
class Device {
  private constructor(
    public dataset: Dataset,
    readonly manager: Manager,
    readonly identity: string,
  ) {}

  static async of(server: LocalServer, user: string): Promise<Device> {
    const service = { endpoint: server.endpoint, region: 'us-east-1', maxRetries: 0 };
    const Logins = { 'graph.facebook.com': user };
    const credentials = new AWS.CognitoIdentityCredentials({ IdentityPoolId: POOL, Logins }, service);
    await credentials.getPromise();
    AWS.config.update({ region: 'us-east-1', credentials, cognitosync: service });
    const manager = new CognitoSyncManager({ DataStore: CognitoSyncManager.StoreInMemory });
    const dataset = await promised<Dataset>((callback) => manager.openOrCreateDataset('profile', callback));
    return new Device(dataset, manager, credentials.identityId);
  }

  put(key: string, value: string) {
    return promised((callback) => this.dataset.put(key, value, callback));
  }

  all() {
    return promised<Record<string, string>>((callback) => this.dataset.getAll(callback));
  }

  /** `synced`, or why not. */
  sync(callbacks: object = {}): Promise<string> {
    return new Promise((resolve) =>
      this.dataset.synchronize({
        onSuccess: () => resolve('synced'),
        onFailure: (error: Error) => resolve(error.message),
        ...callbacks,
      }),
    );
  }

  /** Forgets what the device has of the dataset, and begins anew. */
  async purge() {
    await promised((callback) => this.dataset.local.purgeDataset(this.identity, 'profile', callback));
    this.dataset = await promised<Dataset>((callback) => this.manager.openOrCreateDataset('profile', callback));
  }
}

let server: LocalServer;
let phone: Device;
let tablet: Device;
beforeEach(async () => {
  server = await localServer();
  phone = await Device.of(server, 'alice');
  tablet = await Device.of(server, 'alice');
});
afterEach(() => server.stop());

const stored = () => server.control.read({ IdentityPoolId: POOL, IdentityId: phone.identity, DatasetName: 'profile' });
/** Calls of Cognito Sync since the last look. */
const calls = () => {
  const seen = ['ListRecords', 'UpdateRecords', 'DeleteDataset'].map((operation) => server.calls(operation));
  server.control.calls.clear();
  return seen;
};

describe('the Sync Manager of AWS', () => {
  it('knows two devices of one user as one identity', () => {
    expect(phone.identity).toBe(tablet.identity);
  });

  it('pushes a first sync with one list and one write', async () => {
    await phone.put('theme', 'dark');
    await phone.put('lang', 'ü');
    expect(await phone.sync()).toBe('synced');
    expect(calls()).toEqual([1, 1, 0]);
    expect(stored()).toEqual({ theme: 'dark', lang: 'ü' });
  });

  it('pulls with two lists and no write, and then has nothing to do', async () => {
    await phone.put('theme', 'dark');
    await phone.sync();
    calls();
    expect(await tablet.sync()).toBe('synced');
    expect([calls(), await tablet.all()]).toEqual([[2, 0, 0], { theme: 'dark' }]);
    expect([await tablet.sync(), calls()]).toEqual(['synced', [1, 0, 0]]);
  });

  it('carries changes and removals from device to device', async () => {
    await phone.put('theme', 'dark');
    await phone.put('lang', 'en');
    await phone.sync();
    await tablet.sync();
    await promised((callback) => tablet.dataset.remove('lang', callback));
    await tablet.put('theme', 'light');
    expect(await tablet.sync()).toBe('synced');
    expect(await phone.sync()).toBe('synced');
    // The library shows a removed record that it pulled as a blank one.
    expect([await phone.all(), stored()]).toEqual([{ theme: 'light', lang: '' }, { theme: 'light' }]);
  });

  describe('in a conflict', () => {
    beforeEach(async () => {
      await phone.put('theme', 'dark');
      await phone.sync();
      await tablet.sync();
      await phone.put('theme', 'phone');
      await phone.sync();
      await tablet.put('theme', 'tablet');
    });
    const resolving = (choose: (conflict: Conflict) => unknown) => ({
      onConflict: (dataset: Dataset, conflicts: Conflict[], go: (on: boolean) => void) =>
        dataset.resolve(conflicts.map(choose), () => go(true)),
    });

    it.each<[string, (conflict: Conflict) => unknown, string]>([
      ['local', (conflict) => conflict.resolveWithLocalRecord(), 'tablet'],
      ['remote', (conflict) => conflict.resolveWithRemoteRecord(), 'phone'],
    ])('kept %s, both devices end the same', async (_, choose, winner) => {
      expect(await tablet.sync(resolving(choose))).toBe('synced');
      expect(await phone.sync()).toBe('synced');
      expect([await tablet.all(), await phone.all(), stored()]).toEqual([
        { theme: winner },
        { theme: winner },
        { theme: winner },
      ]);
    });

    it('left unresolved, the sync is cancelled and nothing is written', async () => {
      calls();
      expect(await tablet.sync()).toBe('Sync cancelled. Conflict callback returned false.');
      expect([calls(), stored()]).toEqual([[1, 0, 0], { theme: 'phone' }]);
    });
  });

  it('deletes a dataset, tells the other device, and that one starts afresh', async () => {
    await phone.put('theme', 'dark');
    await phone.sync();
    await tablet.sync();
    await promised((callback) => phone.dataset.local.deleteDataset(phone.identity, 'profile', callback));
    calls();
    expect(await phone.sync()).toBe('synced');
    expect([calls(), stored()]).toEqual([[0, 0, 1], undefined]);
    let told = '';
    const onDatasetDeleted = (_: Dataset, name: string, go: (on: boolean) => void) => {
      told = name;
      go(false);
    };
    expect(await tablet.sync({ onDatasetDeleted })).toBe('Cancelled due to .onDatasetDeleted result.');
    expect(told).toBe('profile');
    await tablet.purge();
    await tablet.put('theme', 'new');
    expect(await tablet.sync()).toBe('synced');
    expect(stored()).toEqual({ theme: 'new' });
  });

  it('is told of a merge until the merged dataset is deleted', async () => {
    const other = await Device.of(server, 'bob');
    await other.put('theme', "bob's");
    await other.sync();
    await phone.put('theme', 'dark');
    await phone.sync();
    server.control.merge(POOL, other.identity, phone.identity);
    let merged: string[] = [];
    const onDatasetsMerged = (_: Dataset, names: string[], go: (on: boolean) => void) => {
      merged = names;
      go(false);
    };
    expect(await phone.sync({ onDatasetsMerged })).toBe('Cancelled due to .onDatasetsMerged result.');
    expect(merged).toEqual([`profile.${other.identity}`]);
    const own = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      accessKeyId: 'AKIDLOCAL',
      secretAccessKey: 'local-secret',
    };
    const DatasetName = merged[0] ?? '';
    await new AWS.CognitoSync(own)
      .deleteDataset({ IdentityPoolId: POOL, IdentityId: phone.identity, DatasetName })
      .promise();
    expect([await phone.sync(), await phone.all()]).toEqual(['synced', { theme: 'dark' }]);
  });

  it('lists what there is at the server', async () => {
    await phone.put('theme', 'dark');
    await phone.sync();
    const metadata = await promised<unknown[]>((callback) => tablet.manager.refreshDatasetMetadata(callback));
    expect(metadata).toHaveLength(1);
  });

  it('writes again after a write that clashed with another device, on its next sync', async () => {
    await phone.put('theme', 'dark');
    server.faults.next({ kind: 'conflict', operation: 'UpdateRecords' });
    // One round that is refused, one that succeeds: the manager retries by itself.
    expect(await phone.sync()).toBe('synced');
    expect(stored()).toEqual({ theme: 'dark' });
  });
});
