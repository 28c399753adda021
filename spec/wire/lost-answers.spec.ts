import type { LocalServer } from '../../server';
import type { Assumptions } from '../../server/options';
import { send as sendOverHttp } from '../../lib/aws/send';
import { cognitoSync, type CognitoSync } from '../../lib/cognito-sync/client';
import { deleteDataset, updateRecords } from '../../lib/datasets/recover';
import { upsertRecords } from '../../lib/datasets/upsert';
import { wholeDataset } from '../../lib/datasets/whole-dataset';
import { ConnectorError } from '../../lib/error';
import { HostileNetwork, randomOf, VirtualClock, type Exchange } from '../support/hostile-network';
import { DATASET, KEYS, localServer } from '../support/local';
import { times } from '../support/random';

// Random histories take longer than a test usually does.
jest.setTimeout(times(240_000));

/**
 * Random histories: operations of the connector over a hostile network, while others write the same and other values, delete
 * the dataset and make it anew. Each operation is judged by what the server answered to every request that reached it,
 * late ones included, against what the operation said of itself.
 */

const START = Date.UTC(2026, 0, 31, 9, 30);
const SEED = process.env['TRIES'] === undefined ? 20261124 : Date.now() % 1_000_000_007;

/** What a kind of history lets happen. */
interface Weather {
  /** The share of exchanges that the network disturbs. */
  readonly rate: number;
  /** How likely others act at each point in between. */
  readonly others: number;
  /** Others delete the dataset, too. */
  readonly deletions: boolean;
  /** Now and then everything stands still for longer than a token is good for. */
  readonly pauses?: boolean;
  readonly assume?: Partial<Assumptions>;
}

type Failure = 'doubled' | 'success without an effect' | 'error though it took effect' | 'made anew, and deleted again';

interface Verdicts {
  operations: number;
  readonly failures: Record<Failure, number>;
  readonly endings: Record<string, number>;
  readonly examples: string[];
}

/** One operation of the connector, as it ended. */
interface Ending {
  readonly owner: number;
  readonly kind: 'UpsertRecords' | 'UpdateRecords' | 'DeleteDataset';
  /** `written`, `unchanged`, or the name of the error. */
  readonly said: string;
}

const KEY_NAMES = ['a', 'b', 'c'];

/** Whether the server carried a request out. */
function hadEffect({ request, response }: Exchange): boolean {
  if (response.status !== 200) return false;
  if (request.method === 'DELETE') return true;
  return request.method === 'POST' && /"Records":\[\{/.test(response.body);
}

class History {
  private readonly clock = new VirtualClock(START);
  private readonly network: HostileNetwork;
  private readonly client: CognitoSync;
  /** Somebody else, over a network that works. */
  private readonly peer: CognitoSync;
  private readonly where: typeof DATASET;
  private readonly endings: Ending[] = [];
  /** What the operation under way wants to write, which others may write as well. */
  private wanted: Record<string, string> = {};
  /** How often others have made the dataset anew during the operation, before its latest look. */
  private busy = false;

  constructor(
    private readonly server: LocalServer,
    private readonly weather: Weather,
    private readonly random: () => number,
    identity: number,
  ) {
    this.where = { ...DATASET, IdentityId: `us-east-1:${identity.toString(16)}` };
    this.network = new HostileNetwork(this.clock, { random, rate: weather.rate, interrupt: () => this.interrupt() });
    const endpoint = { origin: server.endpoint, host: new URL(server.endpoint).host };
    const common = { region: 'us-east-1', endpoint, credentials: { current: () => KEYS } };
    this.client = cognitoSync({ ...common, policy: { retries: 2, timeoutMs: 15_000 }, io: this.network.io });
    const io = { ...this.network.io, wait: () => Promise.resolve(), send: sendOverHttp };
    this.peer = cognitoSync({ ...common, policy: { retries: 0, timeoutMs: 15_000 }, io });
    server.clock.set(START);
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)] as Item;
  }

  /** The server's clock goes with ours. */
  private tick(): void {
    if (this.weather.pauses && this.random() < 0.01) this.clock.ms += 301_000;
    this.server.clock.set(this.clock.ms);
  }

  private async interrupt(): Promise<void> {
    this.tick();
    if (this.busy || this.random() >= this.weather.others) return;
    this.busy = true;
    try {
      await this.act();
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
    } finally {
      this.busy = false;
    }
  }

  /** What others do: the same write, another one, a deletion, a deletion followed by a write. */
  private async act(): Promise<void> {
    const choice = this.random();
    if (this.weather.deletions && choice < 0.4) {
      await deleteDataset(this.peer, this.where);
      if (choice < 0.2) return;
    }
    const Records = new Map(
      choice < 0.7 ? Object.entries(this.wanted) : [[this.pick(KEY_NAMES), `theirs ${this.random()}`]],
    );
    await upsertRecords(this.peer, { ...this.where, Records });
  }

  /** Plays an operation, and again as the platform would after a rebound. */
  private async perform(owner: number): Promise<void> {
    const { where, client, network } = this;
    const kind = this.pick(['UpsertRecords', 'UpsertRecords', 'UpdateRecords', 'DeleteDataset'] as const);
    const keys = KEY_NAMES.filter(() => this.random() < 0.6);
    // A lock that several want to take has the same value for all; other values are of this operation alone.
    const value = this.random() < 0.4 ? 'taken' : `ours ${owner}`;
    this.wanted = Object.fromEntries((keys.length > 0 ? keys : ['a']).map((key) => [key, value]));
    network.owner = owner;
    const OnConflict = this.pick(['overwrite', 'keepRemote', 'fail'] as const);
    const update = kind === 'UpdateRecords' ? await this.prepared() : undefined;
    const run = async (): Promise<string> => {
      if (update) return (await updateRecords(client, update)).output.Records ? 'written' : 'nothing';
      if (kind === 'DeleteDataset') return (await deleteDataset(client, where)).output.Dataset ? 'deleted' : 'nothing';
      const Records = new Map(Object.entries(this.wanted));
      const { output } = await upsertRecords(client, { ...where, Records, OnConflict });
      return output.Written ? 'written' : 'unchanged';
    };
    for (let delivery = 1; ; delivery++) {
      try {
        this.endings.push({ owner, kind, said: await run() });
        return;
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        if (error.retry !== 'never' && delivery < 3) {
          this.clock.ms += 15_000;
          await this.interrupt();
          continue;
        }
        this.endings.push({ owner, kind, said: error.name });
        return;
      }
    }
  }

  /** A message for UpdateRecords, of a list that a step before it made. */
  private async prepared() {
    const { records, syncSessionToken } = await wholeDataset(this.peer, this.where);
    const RecordPatches = Object.entries(this.wanted).map(([Key, Value]) => ({
      Op: 'replace' as const,
      Key,
      Value,
      SyncCount: records.get(Key)?.SyncCount ?? 0,
    }));
    return { ...this.where, SyncSessionToken: syncSessionToken, RecordPatches };
  }

  async play(operations: number, first: number, verdicts: Verdicts): Promise<void> {
    for (let i = 0; i < operations; i++) await this.perform(first + i);
    this.server.clock.set(this.clock.ms);
    await this.network.drain();
    for (const ending of this.endings) this.judge(ending, verdicts);
  }

  private judge({ owner, kind, said }: Ending, verdicts: Verdicts): void {
    const own = this.network.log.filter((exchange) => exchange.owner === owner);
    const effects = own.filter((exchange) => hadEffect(exchange) && writes(exchange, kind)).length;
    verdicts.operations++;
    verdicts.endings[`${kind} ${said}`] = (verdicts.endings[`${kind} ${said}`] ?? 0) + 1;
    const isSuccess = ['written', 'unchanged', 'deleted', 'nothing'].includes(said);
    const failure: Failure | undefined =
      kind !== 'DeleteDataset' && effects > 1
        ? 'doubled'
        : said === 'written' && effects === 0
          ? 'success without an effect'
          : !isSuccess && said !== 'OutcomeUnknown' && effects > 0 && !neverSeen(own)
            ? 'error though it took effect'
            : kind === 'DeleteDataset' && deletedAnew(own)
              ? 'made anew, and deleted again'
              : undefined;
    if (!failure) return;
    verdicts.failures[failure]++;
    if (verdicts.examples.length < 10) {
      const lines = own.map(
        ({ request, response, late }) =>
          `    ${late ? 'late ' : ''}${request.method} ${request.target.slice(-60)} ${request.body ?? ''} → ${response.status} ${response.body.slice(0, 300)}`,
      );
      verdicts.examples.push(`${kind} said ${said}: ${failure}\n${lines.join('\n')}`);
    }
  }
}

const writes = ({ request }: Exchange, kind: Ending['kind']) =>
  kind === 'DeleteDataset' ? request.method === 'DELETE' : request.method === 'POST';

/**
 * Whether a dataset was deleted that was not the one at the beginning, by a request that was sent although the look before
 * it showed the new one. What is made anew between a look and the request that follows it cannot be known: AWS deletes by name.
 */
function deletedAnew(own: readonly Exchange[]): boolean {
  const creationOf = ({ response }: Exchange) => /"CreationDate":([\d.E]+)/.exec(response.body)?.[1];
  const looks = own.filter(({ request, received }) => request.method === 'GET' && received);
  const original = looks[0] && creationOf(looks[0]);
  return own.some((exchange, index) => {
    if (exchange.late || !hadEffect(exchange) || original === undefined) return false;
    const lastLook = own
      .slice(0, index)
      .filter((each) => looks.includes(each))
      .at(-1);
    return lastLook?.response.status === 200 && creationOf(lastLook) !== original;
  });
}

/**
 * Whether the dataset to delete was never there for all that the connector saw: then somebody made it, and the network
 * sent the deletion twice and passed on the second answer, within a moment.
 */
const neverSeen = (own: readonly Exchange[]) =>
  own.some(({ request }) => request.method === 'DELETE') &&
  own.filter(({ received }) => received).every(({ response }) => response.status === 404);

const emptyVerdicts = (): Verdicts => ({
  operations: 0,
  failures: {
    doubled: 0,
    'success without an effect': 0,
    'error though it took effect': 0,
    'made anew, and deleted again': 0,
  },
  endings: {},
  examples: [],
});

const PER_HISTORY = 10;
let identity = 0;

async function play(weather: Weather, operations: number): Promise<Verdicts> {
  const verdicts = emptyVerdicts();
  const server = await localServer({ ...(weather.assume && { assume: weather.assume }) });
  const random = randomOf(SEED);
  try {
    for (let played = 0; played < operations; played += PER_HISTORY) {
      await new History(server, weather, random, ++identity).play(PER_HISTORY, played, verdicts);
    }
  } finally {
    await server.stop();
  }
  if (process.env['SHOW_HISTORIES'])
    process.stdout.write(`${JSON.stringify({ weather, ...verdicts }, null, 1).replaceAll('\\n', '\n')}\n`);
  return verdicts;
}

const clean: Weather = { rate: 0.25, others: 0, deletions: false };
const contended: Weather = { rate: 0.25, others: 0.25, deletions: false };
const stormy: Weather = { rate: 0.35, others: 0.25, deletions: true, pauses: true };

const none = emptyVerdicts().failures;

describe('every operation takes effect once, and says so', () => {
  it.each([
    ['nobody else writes', clean, 2_000],
    ['others write the same and other values', contended, 4_000],
    ['others write, delete and make anew, and everything may stand still', stormy, 4_000],
  ] as const)('while %s', async (_title, weather, operations) => {
    const { failures, examples, operations: played } = await play(weather, times(operations));
    expect({ failures, examples }).toEqual({ failures: none, examples: [] });
    expect(played).toBeGreaterThanOrEqual(operations);
  });
});

/**
 * What AWS's public record does not settle about tokens, and the doubts beside it. Where a switch contradicts what AWS's own
 * clients rely on (a list refuses a used token; a conflict leaves it good), what is expected is that nothing worse happens than
 * what is named here: where a write takes a used token, one that the network repeats after a deletion counts twice.
 */
describe('under each assumption about tokens', () => {
  const assumptions: [Partial<Assumptions>, Failure[]][] = [
    [{ checkedFirst: 'sync-count' }, []],
    [{ usedTokenInWrite: 'accepted' }, ['doubled']],
    [{ expiredTokenText: 'expired' }, []],
    [{ removedRecordsInFullList: 'left-out' }, []],
    [{ conflictError: 'InvalidParameterException' }, []],
    [{ deletedDatasetSyncCount: 'kept' }, []],
    [{ absentKey: 'accept' }, []],
    [{ usedTokenInList: 'accepted' }, []],
    [{ tokenAfterConflict: 'used-up' }, ['success without an effect']],
    [{ checkedFirst: 'sync-count', usedTokenInWrite: 'accepted' }, ['doubled']],
    [{ checkedFirst: 'sync-count', usedTokenInList: 'accepted' }, ['doubled', 'error though it took effect']],
    [{ usedTokenInWrite: 'accepted', usedTokenInList: 'accepted' }, ['doubled', 'error though it took effect']],
  ];
  it.each(assumptions)('%j', async (assume, allowed) => {
    const { failures, examples } = await play({ ...stormy, assume }, times(600));
    for (const failure of allowed) failures[failure] = 0;
    expect({ failures, examples: allowed.length > 0 ? [] : examples }).toEqual({ failures: none, examples: [] });
  });
});
