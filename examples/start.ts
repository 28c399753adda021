import { performance } from 'node:perf_hooks';
import { runStep, type Emitted } from '../scripts/component';
import { startServer } from '../server';
import webhook from './webhook.json';

/**
 * The tour of `npm start`: a local Cognito Sync, and a flow whose first step is a webhook with a user's profile. Every step
 * runs the compiled action module, as the platform would.
 */

const IdentityPoolId = 'us-east-1:12345678-1234-4234-8234-123456789012';
const DatasetName = 'profile';
const OTHER_USER = 'us-east-1:1f7b2a3c-4d5e-4f6a-9b0c-1d2e3f4a5b6c';
const key = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };

interface Page {
  Records: { Key: string; Value?: string; SyncCount: number }[];
  SyncSessionToken: string;
}

async function main(): Promise<void> {
  const started = performance.now();
  const server = await startServer({ port: 0, region: 'us-east-1', keys: [key], pools: [IdentityPoolId] });
  const cfg = { ...key, region: 'us-east-1', endpoint: server.endpoint };
  const count = { steps: 0, messages: 0, refused: 0 };

  /** Runs one step, prints what it emits, and returns the first message's body. */
  async function step<Body>(title: string, name: string, body: object, fields: object = {}): Promise<Body> {
    console.log(`\n${++count.steps}. ${title} (${name})`);
    const bodies: unknown[] = [];
    const onEmit = ({ event, payload }: Emitted) => {
      const { body: emitted } = payload as { body: unknown };
      console.log(`   ${event}: ${JSON.stringify(emitted)}`);
      bodies.push(emitted);
      count.messages++;
    };
    await runStep(name, { id: `tour-${count.steps}`, body }, { ...cfg, ...fields }, { onEmit });
    return bodies[0] as Body;
  }

  /** Runs a step that must be refused, and prints the error as a flow builder sees it. */
  async function refused(title: string, name: string, body: object): Promise<void> {
    try {
      await step(title, name, body);
    } catch (error) {
      console.log(`   refused: ${(error as Error).message}`);
      count.refused++;
      return;
    }
    throw new Error(`${name} was expected to be refused, and was not`);
  }

  try {
    console.log(`Local Cognito Sync: ${server.endpoint}, identity pool ${IdentityPoolId}`);
    console.log(`The webhook delivers: ${JSON.stringify(webhook)}`);
    const dataset = { IdentityPoolId, IdentityId: webhook.IdentityId, DatasetName };

    const before = await step<Page>(
      'Read the dataset: it is new, and gives a token to write with',
      'ListRecords',
      dataset,
    );
    await step('Write the profile, one record a field', 'UpdateRecords', {
      ...dataset,
      SyncSessionToken: before.SyncSessionToken,
      RecordPatches: Object.entries(webhook.profile).map(([Key, Value]) => ({
        Op: 'replace',
        Key,
        Value,
        SyncCount: 0,
        DeviceLastModifiedDate: webhook.sentAt,
      })),
    });
    const after = await step<Page>('Read it back', 'ListRecords', dataset);
    await step('Look at the dataset', 'DescribeDataset', dataset);
    await refused('Write with a sync count that is out of date', 'UpdateRecords', {
      ...dataset,
      SyncSessionToken: after.SyncSessionToken,
      RecordPatches: [{ Op: 'replace', Key: 'city', Value: 'Cambridge', SyncCount: 0 }],
    });
    await refused('Forget the dataset name', 'ListRecords', { ...dataset, DatasetName: '' });

    const change = { ...dataset, Records: { city: 'Cambridge', phone: null, language: 'en' } };
    await step('Write the same without knowing counts or tokens', 'UpsertRecords', change);
    await step('The platform delivers that message again: nothing is written twice', 'UpsertRecords', change);
    await step('Look two of them up by their keys', 'LookUpRecords', { ...dataset, Keys: ['city', 'name'] });
    await step('Delete one, and one that is not there', 'DeleteRecords', { ...dataset, Keys: ['language', 'phone'] });
    await step('Write for two users in one message', 'BulkUpsertRecords', {
      IdentityPoolId,
      Items: [webhook.IdentityId, OTHER_USER].map((IdentityId) => ({
        IdentityId,
        DatasetName: 'settings',
        Records: { theme: 'dark' },
      })),
    });
    await step('List the records, one message each', 'ListRecords', dataset, { emitBehaviour: 'emitIndividually' });
    await step('See what the identity stores', 'DescribeIdentityUsage', {
      IdentityPoolId,
      IdentityId: webhook.IdentityId,
    });
    await step('Delete the dataset', 'DeleteDataset', dataset);
  } finally {
    await server.stop();
  }
  console.log(
    `\nDone: ${count.steps} steps, ${count.messages} messages emitted, ${count.refused} refused as they should be, ` +
      `${Math.round(performance.now() - started)} ms.`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
