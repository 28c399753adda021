import { realIo } from '../../lib/aws/call';
import { cognitoIdentity } from '../../lib/cognito-identity/client';
import { cognitoSync } from '../../lib/cognito-sync/client';
import { exportPool } from '../../lib/export/read-pool';
import { identitiesOf } from '../../lib/platform/export';
import { bulkPolicy } from '../../lib/platform/retry-policy';
import { DEFAULT_KEY } from '../../server/options';

/** A container that calls as fast as it is let, in a process of its own: an export, or lists of datasets by AWS's SDK. */

export type ClientName = 'ours' | 'SDK v3';

export interface Task {
  readonly client: ClientName;
  readonly endpoint: string;
  readonly pool: string;
  readonly identity: string;
  readonly concurrency: number;
  readonly seconds: number;
}

/** Attempts, second by second from the start of the container. */
export interface Course {
  readonly letIn: number[];
  readonly throttled: number[];
}

const region = 'us-east-1';

class Counter {
  readonly course: Course = { letIn: [], throttled: [] };
  private readonly startedMs = Date.now();

  count(status: number): void {
    const counts = status === 429 ? this.course.throttled : this.course.letIn;
    const second = Math.floor((Date.now() - this.startedMs) / 1000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
}

/** Exports the pool, again and again. */
async function exports({ endpoint, pool, concurrency }: Task, counter: Counter): Promise<void> {
  const io = {
    ...realIo,
    send: async (...sent: Parameters<typeof realIo.send>) => {
      const response = await realIo.send(...sent);
      counter.count(response.status);
      return response;
    },
  };
  const { host } = new URL(endpoint);
  const credentials = { current: () => DEFAULT_KEY };
  const options = { region, endpoint: { origin: endpoint, host }, credentials, policy: bulkPolicy(), io };
  const source = {
    client: cognitoSync(options),
    IdentityPoolId: pool,
    identities: identitiesOf(cognitoIdentity(options), pool),
  };
  for (;;) {
    for await (const identity of exportPool(source, {}, {}, { concurrency, restarted: () => undefined })) void identity;
  }
}

/** Lists the datasets of an identity, again and again, as many at a time. */
async function lists({ endpoint, pool, identity, concurrency }: Task, counter: Counter): Promise<void> {
  const { CognitoSyncClient, ListDatasetsCommand } = await import('@aws-sdk/client-cognito-sync');
  const adaptive = { retryMode: 'adaptive', maxAttempts: 10 };
  const client = new CognitoSyncClient({ region, endpoint, credentials: DEFAULT_KEY, ...adaptive });
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (...sent) => {
    const answered = await handle(...sent);
    counter.count((answered.response as { readonly statusCode: number }).statusCode);
    return answered;
  };
  const worker = async () => {
    for (;;) {
      // One that gives up begins anew.
      await client.send(new ListDatasetsCommand({ IdentityPoolId: pool, IdentityId: identity })).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

if (require.main === module) {
  const task = JSON.parse(process.argv[2] ?? '') as Task;
  const counter = new Counter();
  process.send?.('begun');
  void (task.client === 'ours' ? exports : lists)(task, counter).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  setTimeout(() => process.send?.(counter.course, () => process.exit(0)), task.seconds * 1000);
}
