import { setTimeout as pause } from 'node:timers/promises';
import { CognitoSyncClient, ListRecordsCommand } from '@aws-sdk/client-cognito-sync';
import { Command, Option } from 'commander';
import { startServer, type LocalServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import type { Sailor } from '../../spec/flow/support/sailor';
import { AMQP_URL, World, type Failure, type Published, type Step } from '../../spec/flow/support/world';
import { HostileProxy } from '../../spec/support/hostile-proxy';
import { whole, wholeFrom } from '../numbers';
import { Link } from './link';
import { report, rounded, type Row } from './report';

/*
 * Sends messages through UpsertRecords, or through BulkUpsertRecords with `--bulk`, on several replicas, while processes are killed, connections to the broker are cut
 * and the service throttles, fails and hangs up, before and after a call took effect. Then compares what the datasets hold
 * with what was sent.
 */

const { messages, replicas, prefetch, disturbEvery, seed, hard, bulk, json } = new Command('chaos')
  .option('--messages <number>', 'records to send, one a message unless --bulk says otherwise', whole, 2_000)
  .option('--replicas <number>', 'processes on the queue', whole, 3)
  .option('--prefetch <number>', 'messages in work in a process', whole, 10)
  .option('--disturb-every <ms>', 'milliseconds between two disturbances, on average', whole, 1_000)
  .option('--seed <number>', 'start of the chances', wholeFrom(0), 1)
  .option('--hard', 'put a proxy in between that cuts, delays and repeats, and answers for AWS after the effect', false)
  .addOption(
    new Option('--bulk [items]', 'send that many records, of different datasets, in each message')
      .argParser(whole)
      .preset('20'),
  )
  .option('--json <file>', 'write the result there')
  .parse()
  .opts<{
    messages: number;
    replicas: number;
    prefetch: number;
    disturbEvery: number;
    seed: number;
    hard: boolean;
    bulk?: number;
    json?: string;
  }>();

const RECORDS_PER_DATASET = 50;
const REBOUND_MS = 500;
const STALL_MS = 90_000;
const TERM_MS = 15_000;
/** How long the component waits for an answer. */
const TIMEOUT_MS = 2_000;
/** The share of requests that the proxy does something to. */
const HARD_RATE = 0.2;
/** What the runtime itself reports when it loses the broker in the middle of a publication. */
const EXPECTED_ERROR = /^Failed on publishing .* message to MQ/;

const pool = defaultPool('us-east-1');
const identityOf = (n: number) =>
  `us-east-1:00000000-0000-4000-9000-${String(Math.floor(n / RECORDS_PER_DATASET)).padStart(12, '0')}`;
const keyOf = (n: number) => `key-${n}`;
const valueOf = (n: number) => `value of ${n}`;
const itemOf = (n: number) => ({
  IdentityId: identityOf(n),
  DatasetName: 'profile',
  Records: { [keyOf(n)]: valueOf(n) },
});

const sentMessages = Math.ceil(messages / (bulk ?? 1));
/** The records of a message: of different datasets, where there are so many. */
const recordsOf = (m: number) =>
  Array.from({ length: Math.ceil((messages - m) / sentMessages) }, (_, i) => m + i * sentMessages);

/** Sends all, and returns the id of the message that each record went with. */
async function sendAll(step: Step): Promise<string[]> {
  const ids: string[] = [];
  await Promise.all(
    Array.from({ length: sentMessages }, async (_, m) => {
      const items = recordsOf(m).map(itemOf);
      const id = await step.send({ IdentityPoolId: pool, ...(bulk === undefined ? items[0] : { Items: items }) });
      for (const n of recordsOf(m)) ids[n] = id;
    }),
  );
  return ids;
}

/** Faults on about a fifth of the calls. */
function disturb(server: LocalServer): void {
  const rates = [
    ['429', 0.05],
    ['500', 0.03],
    ['503', 0.02],
    ['reset-before', 0.02],
    ['reset-after', 0.05],
    ['500-after', 0.02],
    ['truncated', 0.02],
  ] as const;
  rates.forEach(([kind, rate], i) => server.faults.rate({ kind, rate, seed: seed * 100 + i }));
}

interface Replica {
  sailor: Sailor;
  readonly link: Link;
}

async function startReplica(step: Step, link: Link): Promise<Sailor> {
  const [sailor] = await step.start(1, { ELASTICIO_AMQP_URI: link.url });
  if (!sailor) throw new Error('no process was started');
  return sailor;
}

/** Kills and cuts, one replica at a time, until it is stopped. */
async function disturbances(step: Step, running: Replica[], stopped: () => boolean) {
  const counts = { killed: 0, cut: 0, died: 0 };
  while (!stopped()) {
    await pause(disturbEvery * (0.5 + Math.random()));
    if (stopped()) break;
    const replica = running[Math.floor(Math.random() * running.length)];
    if (!replica) break;
    const dead = await Promise.race([replica.sailor.exited.then(() => true), pause(0, false)]);
    if (dead) counts.died += 1;
    else if (Math.random() < 0.5) {
      replica.link.cut();
      counts.cut += 1;
      continue;
    } else {
      await replica.sailor.stop('SIGKILL');
      counts.killed += 1;
    }
    replica.sailor = await startReplica(step, replica.link);
  }
  return counts;
}

/** What the datasets hold against what was sent, read with the official SDK. A message that ended as an error was not lost. */
async function check(
  endpoint: string,
  { failed, definite }: { failed: ReadonlySet<unknown>; definite: ReadonlySet<unknown> },
  idOf: readonly string[],
) {
  const client = new CognitoSyncClient({ endpoint, region: 'us-east-1', credentials: DEFAULT_KEY });
  const held = new Map<string, string | undefined>();
  let writes = 0;
  for (let n = 0; n < messages; n += RECORDS_PER_DATASET) {
    const where = { IdentityPoolId: pool, IdentityId: identityOf(n), DatasetName: 'profile' };
    const { Records = [], DatasetSyncCount = 0 } = await client.send(new ListRecordsCommand(where));
    writes += DatasetSyncCount;
    for (const { Key = '', Value } of Records) held.set(Key, Value);
  }
  client.destroy();
  const all = idOf.map((id, n) => ({ id, present: held.has(keyOf(n)), right: held.get(keyOf(n)) === valueOf(n) }));
  const present = all.filter((message) => message.present).length;
  return {
    lost: all.filter((message) => !message.present && !failed.has(message.id)).length,
    wrong: all.filter((message) => message.present && !message.right).length,
    doubled: writes - present,
    surplus: held.size - present,
    /** An error that reads as if nothing had happened, though the write took effect. */
    misjudged: all.filter((message) => message.present && definite.has(message.id)).length,
  };
}

async function main(): Promise<boolean> {
  const server = await startServer({ pools: [pool] });
  const proxy = hard
    ? await HostileProxy.open(server.endpoint, { rate: HARD_RATE, seed, lateMs: TIMEOUT_MS + 500 })
    : undefined;
  if (!proxy) disturb(server);
  const world = await World.create();
  const step = await world.step({
    action: bulk === undefined ? 'UpsertRecords' : 'BulkUpsertRecords',
    config: { ...DEFAULT_KEY, endpoint: proxy?.endpoint ?? server.endpoint, errorPolicy: 'rebound' },
    prefetch,
    passthrough: false,
    env: {
      // Few attempts in the component, so that the platform's redelivery has its share; of many items one would always fail.
      API_RETRIES_COUNT: bulk === undefined ? '1' : '3',
      API_REQUEST_TIMEOUT: String(TIMEOUT_MS),
      ELASTICIO_REBOUND_INITIAL_EXPIRATION: String(REBOUND_MS),
      LOG_LEVEL: 'warn',
    },
  });
  const ids = await sendAll(step);
  const running: Replica[] = await Promise.all(
    Array.from({ length: replicas }, async () => {
      const link = await Link.open(AMQP_URL);
      return { link, sailor: await startReplica(step, link) };
    }),
  );
  const started = Date.now();
  let stop = false;
  const disturbing = disturbances(step, running, () => stop);
  const parentsOf = (items: readonly Published[]) => new Set(items.map(({ headers }) => headers['parentMessageId']));
  const answered = () => new Set([...parentsOf(step.data.items), ...parentsOf(step.errors.items)]).size;
  for (let seen = -1, since = Date.now(); answered() < sentMessages && Date.now() - since < STALL_MS;) {
    await pause(250);
    const published = step.data.items.length + step.errors.items.length + step.rebounds.items.length;
    if (published !== seen) [seen, since] = [published, Date.now()];
  }
  stop = true;
  const counts = await disturbing;
  const seconds = (Date.now() - started) / 1000;

  const endings = await Promise.allSettled(running.map(({ sailor }) => sailor.stop('SIGTERM', TERM_MS)));
  const hung = endings.filter(({ status }) => status === 'rejected').length;
  await Promise.all(running.map(({ sailor }) => sailor.stop('SIGKILL')));
  const left = await step.waiting();

  server.faults.clear();
  await proxy?.settled();
  const isUnknown = ({ error }: Failure) => error.message.includes(': OutcomeUnknown: ');
  const unknown = step.errors.items.filter(isUnknown);
  const unexpected = step.errors.items.filter((item) => !isUnknown(item) && !EXPECTED_ERROR.test(item.error.message));
  const dataset = await check(
    server.endpoint,
    { failed: parentsOf(step.errors.items), definite: parentsOf(bulk === undefined ? unexpected : []) },
    ids,
  );
  const result = {
    messages,
    replicas,
    prefetch,
    sent: sentMessages,
    delivered: running.reduce((total, { link }) => total + link.delivered, 0),
    redelivered: running.reduce((total, { link }) => total + link.redelivered, 0),
    rebounds: step.rebounds.items.length,
    emitted: step.data.items.length,
    unanswered: sentMessages - answered(),
    errors: step.errors.items.length,
    unexpected: unexpected.length,
    unknown: unknown.length,
    ...dataset,
    left,
    ...counts,
    hungOnSigterm: hung,
    calls: server.calls(),
    seconds: rounded(seconds, 1),
  };
  const { rebounds, redelivered, delivered, lost, doubled, misjudged, killed, cut } = result;
  const row: Row = {
    sent: sentMessages,
    delivered,
    redelivered,
    rebounds,
    lost,
    doubled,
    misjudged,
    unknown: unknown.length,
    seconds: result.seconds,
  };
  report('Killed and cut', [row], result, json);
  console.log(
    `${killed} killed, ${cut} connections cut, ${counts.died} ended by themselves; ${result.calls} calls; ` +
      `${result.emitted} emitted, ${result.unanswered} never answered; ${result.errors} errors, ${unexpected.length} of them unexpected; ` +
      `${dataset.wrong} wrong values, ${dataset.surplus} records too many; ${left} left in the queue; ` +
      `${hung} of ${replicas} did not end on SIGTERM`,
  );
  if (proxy) console.log(Array.from(proxy.counts, ([fate, count]) => `${fate}: ${count}`).join(', '));
  for (const { error } of unexpected.slice(0, 10)) console.log(`unexpected: ${error.message}`);

  await world.close();
  await Promise.all(running.map(({ link }) => link.close()));
  await proxy?.close();
  await server.stop();
  const { wrong, surplus } = dataset;
  return lost + doubled + misjudged + wrong + surplus + left + unexpected.length + result.unanswered === 0;
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
