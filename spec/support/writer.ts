import {
  CognitoSyncClient,
  DeleteDatasetCommand,
  ListRecordsCommand,
  UpdateRecordsCommand,
  type _Record,
} from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, KEYS } from './local';

/** What apps do to a dataset, by the official SDK. */
export class Writer {
  private readonly client: CognitoSyncClient;
  /** Sync counts of records, removed ones included: a full list may leave those out. */
  private readonly counts = new Map<string, number>();

  constructor(
    server: LocalServer,
    private readonly dataset = DATASET,
  ) {
    this.client = new CognitoSyncClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: KEYS });
  }

  /** Every record, removed ones included. */
  async records(): Promise<_Record[]> {
    return (await this.client.send(new ListRecordsCommand(this.dataset))).Records ?? [];
  }

  /** Writes values; null removes. */
  async write(values: Readonly<Record<string, string | null>>): Promise<void> {
    const { SyncSessionToken } = await this.client.send(new ListRecordsCommand(this.dataset));
    const RecordPatches = Object.entries(values).map(([Key, Value]) => ({
      Key,
      SyncCount: this.counts.get(Key) ?? 0,
      ...(Value === null ? { Op: 'remove' as const } : { Op: 'replace' as const, Value }),
    }));
    const update = new UpdateRecordsCommand({ ...this.dataset, SyncSessionToken, RecordPatches });
    const { Records = [] } = await this.client.send(update);
    for (const { Key = '', SyncCount = 0 } of Records) this.counts.set(Key, SyncCount);
  }

  async delete(): Promise<void> {
    await this.client.send(new DeleteDatasetCommand(this.dataset));
    this.counts.clear();
  }

  end(): void {
    this.client.destroy();
  }
}
