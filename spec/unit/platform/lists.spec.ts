import { emitList, type EMIT_BEHAVIOURS } from '../../../lib/platform/list';
import { runExport, type ExportProgress } from '../../../lib/platform/export';
import { actingAs } from '../../../lib/platform/acting-as';
import type { IdentitySession } from '../../../lib/cognito-identity/session';
import type { ListedPage } from '../../../lib/cognito-sync/pages';
import { ListRecords } from '../../../lib/cognito-sync/operations';
import type { Envelope } from '../../../lib/platform/message';
import type { Step } from '../../../lib/platform/step';
import { ConnectorError } from '../../../lib/error';
import { noTotals } from '../../../lib/export/totals';
import { answering } from '../../support/answers';
import { IdentityId, IdentityPoolId } from '../cognito-sync/inputs';

/** A step that records what it emits. */
function recording(cfg: object = {}) {
  const emitted: { body: object; envelope: Envelope }[] = [];
  const current = {
    name: 'A',
    cfg,
    log: () => undefined,
    emit: (body: object, envelope: Envelope) => {
      emitted.push({ body, envelope });
      return Promise.resolve();
    },
  } as unknown as Step;
  return { current, emitted };
}

describe('a list that began anew while it was read', () => {
  interface ItemsPage {
    Items: { k: string }[];
    Count: number;
    NextToken?: string;
  }
  const trace = (length: number) => ({ requestId: 'r', attempts: 1, durationMs: 0, length });
  async function* pages(): AsyncGenerator<ListedPage<ItemsPage>> {
    yield { output: { Items: [{ k: 'old' }], Count: 9 }, trace: trace(7), round: 0 };
    yield { output: { Items: [{ k: 'a' }], Count: 1, NextToken: 't' }, trace: trace(20), round: 1 };
    yield await Promise.resolve({ output: { Items: [{ k: 'b' }], Count: 1 }, trace: trace(30), round: 1 });
  }
  const list = (behaviour: (typeof EMIT_BEHAVIOURS)[number]) => {
    const { current, emitted } = recording();
    return emitList(
      current,
      behaviour,
      {
        member: 'Items',
        items: ({ Items }: ItemsPage) => Items,
        identify: ({ k }: { k: string }) => k,
        row: ({ Pool }: { Pool: string }, item: { k: string }) => ({ Pool, ...item }),
      },
      { page: () => Promise.reject(new Error('unused')), pages, request: { Pool: 'p', Other: 'o' } },
    ).then(() => emitted);
  };

  it('fetchAll emits the last round only, with its own count and length', async () => {
    expect(await list('fetchAll')).toEqual([
      { body: { Items: [{ k: 'a' }, { k: 'b' }], Count: 2 }, envelope: { item: 'all', length: 50 } },
    ]);
  });

  it('fetchPage numbers the pages of each round from its beginning', async () => {
    expect((await list('fetchPage')).map(({ envelope }) => envelope.item)).toEqual(['0/0', '1/0', '1/1']);
  });

  it('emitIndividually says of each item where it is from', async () => {
    expect((await list('emitIndividually')).map(({ body }) => body)).toEqual([
      { Pool: 'p', k: 'old' },
      { Pool: 'p', k: 'a' },
      { Pool: 'p', k: 'b' },
    ]);
  });
});

describe('the checkpoints of an export', () => {
  it('come about every hundred messages, and at the end of a page', async () => {
    const records = Array.from({ length: 60 }, (_, n) => ({ Key: `k${n}`, Value: 'v', SyncCount: 1 }));
    const answers = [
      { Datasets: [{ DatasetName: 'd' }] },
      { DatasetExists: true, DatasetSyncCount: 1, Records: records },
    ];
    // Identities of 60 messages each: 4 on the first page, 1 on the second.
    const client = answering(...(Array.from({ length: 5 }, () => answers).flat() as [object]));
    const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `us-east-1:${from + n}`);
    const { current, emitted } = recording();
    const checkpoints: [ExportProgress, number][] = [];
    const { isComplete, progress } = await runExport(current, {
      source: {
        client,
        IdentityPoolId,
        identities: (token) =>
          Promise.resolve(token ? { ids: ids(4, 5) } : { ids: ids(0, 4), NextToken: 'second page' }),
      },
      input: { IdentityPoolId, Concurrency: 1 },
      filter: {},
      from: { cursor: {}, totals: noTotals },
      checkpoint: (each) => {
        checkpoints.push([each, emitted.length]);
        return Promise.resolve();
      },
    });
    expect(isComplete).toBe(true);
    expect(progress.totals).toMatchObject({ Identities: 5, Records: 300 });
    expect(checkpoints.map(([{ cursor }, messages]) => [cursor, messages])).toEqual([
      [{ after: 'us-east-1:1' }, 120],
      [{ token: 'second page' }, 240],
    ]);
  });
});

describe('acting as an identity', () => {
  const session = (n: number): IdentitySession => ({
    identityId: `us-east-1:${n}`,
    credentials: { accessKeyId: `A${n}`, secretAccessKey: 's', sessionToken: 't' },
    expiresMs: 0,
  });
  const where = { IdentityPoolId, IdentityId, DatasetName: 'd' };
  function acting(...outcomes: [object, ...object[]]) {
    const client = answering(...outcomes);
    const renewed: IdentitySession[] = [];
    const adopted: string[] = [];
    const source = {
      current: () => Promise.resolve(session(1)),
      renew: (expired: IdentitySession) => {
        renewed.push(expired);
        return Promise.resolve(session(2));
      },
    };
    return {
      client,
      renewed,
      adopted,
      acting: actingAs(
        source,
        () => client,
        (id) => adopted.push(id),
      ),
    };
  }
  const refused = (name: string) => new ConnectorError(name, { operation: 'ListRecords', message: 'no', status: 403 });

  it('renews the session that AWS calls expired, once, and goes on as whom that is for', async () => {
    const { acting: as, client, renewed, adopted } = acting(refused('ExpiredTokenException'), { Count: 1 });
    expect((await as.send(ListRecords, where)).output).toEqual({ Count: 1 });
    expect(renewed).toEqual([session(1)]);
    expect(adopted).toEqual(['us-east-1:1', 'us-east-1:2']);
    expect(client.sent.map(({ input }) => (input as typeof where).IdentityId)).toEqual(adopted);
  });

  it.each(['AccessDeniedException', 'NetworkError', 'ResourceConflictException'])(
    'neither renews nor repeats on %s',
    async (name) => {
      const { acting: as, client, renewed } = acting(refused(name), {});
      await expect(as.send(ListRecords, where)).rejects.toThrow(name);
      expect([client.sent.length, renewed.length]).toEqual([1, 0]);
    },
  );
});
