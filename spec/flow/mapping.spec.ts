import path from 'node:path';
import { DEFAULT_KEY } from '../../server/options';
import { Given } from './samples';
import { World, type Step } from './support/world';

const fixture = (name: string) => path.join(__dirname, 'fixtures', name);
const COLUMNS = [
  'IdentityPoolId',
  'IdentityId',
  'DatasetName',
  'Key',
  'Value',
  'SyncCount',
  'LastModifiedDate',
  'LastModifiedBy',
  'DeviceLastModifiedDate',
];

/** The mapping of a user's settings, whose list of one JSONata makes the item itself, and of none nothing at all. */
const mappingOf = (records: string) => `{
  "IdentityPoolId": pool,
  "IdentityId": user.id,
  "DatasetName": "settings",
  "Records": ${records}
}`;
const EACH = '$each(user.settings, function($value, $key) {{ "Key": $key, "Value": $value }})';
const PLAIN = mappingOf(EACH);
const LIST = mappingOf(`[${EACH}]`);

/** What users of each kind want to have, and what the file has of them in the end: key and value. */
const KINDS = {
  none: { settings: {}, written: [] },
  one: { settings: { theme: 'light' }, written: [['theme', 'light']] },
  many: {
    settings: { theme: 'dark', draft: null, language: 'fr', 'font size': '12' },
    // The draft was there before: its removal comes without a value.
    written: [
      ['draft', null],
      ['font size', '12'],
      ['language', 'fr'],
      ['theme', 'dark'],
    ],
  },
} as const;

const USERS = Array.from({ length: 4 }, (_, n) =>
  (['none', 'one', 'many'] as const).map((kind) => ({ kind, n })),
).flat();

describe.each([
  ['a list whatever comes', LIST, 1],
  ['a list whatever comes', LIST, 10],
  ['JSONata’s bare sequence', PLAIN, 1],
  ['JSONata’s bare sequence', PLAIN, 10],
])('a webhook, a mapping to %s, Upsert Records, List Records and a file of columns', (_, expression, prefetch) => {
  let given: Given;
  let world: World;
  let transform: Step;
  let upsert: Step;
  let list: Step;
  let write: Step;

  beforeEach(async () => {
    given = await Given.start();
    world = await World.create();
    const config = { ...DEFAULT_KEY, endpoint: given.endpoint };
    transform = await world.step({
      action: 'transform',
      root: fixture('transformer'),
      config: { expression },
      prefetch,
    });
    upsert = await world.step({ action: 'UpsertRecords', config, prefetch });
    const individually = { ...config, emitBehaviour: 'emitIndividually' };
    list = await world.step({ action: 'ListRecords', config: individually, prefetch });
    write = await world.step({ action: 'write', root: fixture('writer'), prefetch });
    await upsert.follows(transform);
    await list.follows(upsert, ({ IdentityPoolId, IdentityId, DatasetName }) => ({
      IdentityPoolId,
      IdentityId,
      DatasetName,
    }));
    await write.follows(list);
    await Promise.all([transform, upsert, list, write].map((step) => step.start()));
  });

  afterEach(async () => {
    await world.close();
    await given.stop();
  });

  const idOf = (kind: string, n: number) =>
    `${given.identity.slice(0, -2)}${kind === 'one' ? 1 : kind === 'many' ? 2 : 0}${n}`;

  it(`writes what the users wanted, with every column, at a prefetch of ${prefetch}`, async () => {
    for (const { kind, n } of USERS) {
      const id = idOf(kind, n);
      if (kind === 'many') {
        const dataset = { IdentityPoolId: given.pool, IdentityId: id, DatasetName: 'settings' };
        given.server.control.write(dataset, { draft: 'x' });
      }
      await transform.send({ pool: given.pool, user: { id, settings: KINDS[kind].settings } });
    }
    const expected = USERS.flatMap(({ kind, n }) =>
      KINDS[kind].written.map((cells) => [idOf(kind, n), ...cells].join(' | ')),
    );
    const refused = expression === PLAIN ? USERS.filter(({ kind }) => kind === 'none').length : 0;
    await write.data.until(() => write.data.items.length >= expected.length, 'each row', 30_000);
    await upsert.errors.until(() => upsert.errors.items.length >= refused, 'each refusal');
    await upsert.data.until(() => upsert.data.items.length >= USERS.length - refused, 'each upsert');

    const files = write.data.items.map(({ message: { body } }) => body as { columns: string[]; row: unknown[] });
    for (const { columns } of files) expect(columns).toEqual(COLUMNS);
    expect(files.map(({ row: [, id, , key, value] }) => [id, key, value].join(' | ')).sort()).toEqual(expected.sort());
    // No user of no settings has lost any, and nobody has got records called Key and Value.
    for (const { error } of upsert.errors.items) {
      expect(error.message).toContain('UpsertRecords: InvalidInput: Records is required and must be a list of objects');
    }
    expect(upsert.errors.items).toHaveLength(refused);
    const outcomes = upsert.data.items.map(({ message }) => message.body['Written']);
    expect(outcomes.filter((written) => written === false)).toHaveLength(refused ? 0 : 4);
    expect([transform, list, write].flatMap((step) => step.errors.items)).toEqual([]);
  });
});
