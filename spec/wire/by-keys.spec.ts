import { process as DeleteRecords } from '../../lib/actions/DeleteRecords';
import { process as LookUpRecords } from '../../lib/actions/LookUpRecords';
import { process as UpsertRecords } from '../../lib/actions/UpsertRecords';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, localServer } from '../support/local';
import { run } from '../support/run';
import { Writer } from '../support/writer';

let server: LocalServer;
let writer: Writer;
beforeEach(async () => {
  server = await localServer();
  writer = new Writer(server);
});
afterEach(async () => {
  writer.end();
  await server.stop();
});

const AWKWARD = 'a,b "c" ключ 😀';
const lookUp = (Keys: unknown, fields: object = {}) =>
  run(LookUpRecords, { id: 'm1', body: { ...DATASET, Keys } }, cfgOf(server, fields));
const remove = (Keys: unknown, dataset: object = DATASET) =>
  run(DeleteRecords, { id: 'm1', body: { ...dataset, Keys } }, cfgOf(server));

describe('Look Up Records', () => {
  it.each([
    ['one key as text', 'theme', { theme: 'dark' }, []],
    ['a key that holds commas', AWKWARD, { [AWKWARD]: '' }, []],
    ['a list', ['size', 'theme'], { size: '12', theme: 'dark' }, []],
    ['a list that names a key twice', ['theme', 'theme'], { theme: 'dark' }, []],
    ['keys of which some have no record', ['none', 'theme', 'gone'], { theme: 'dark' }, ['none', 'gone']],
  ])('answers %s', async (_title, Keys, Values, Missing) => {
    await writer.write({ theme: 'dark', size: '12', [AWKWARD]: '', gone: 'x' });
    await writer.write({ gone: null });
    const { bodies, error } = await lookUp(Keys);
    expect(error).toBeUndefined();
    expect(bodies).toEqual([
      {
        ...DATASET,
        DatasetSyncCount: 2,
        Records: Object.entries(Values).map(([Key, Value]) => ({
          ...DATASET,
          Key,
          Value,
          SyncCount: 1,
          LastModifiedDate: expect.stringMatching(/Z$/) as string,
          LastModifiedBy: expect.any(String) as string,
          DeviceLastModifiedDate: expect.stringMatching(/Z$/) as string,
        })),
        Values,
        Missing,
      },
    ]);
  });

  it('a key that is a name of every object is a key like any other', async () => {
    await writer.write({ ['__proto__']: 'a', constructor: 'b' });
    const { bodies } = await lookUp(['__proto__', 'constructor', 'toString']);
    expect(JSON.stringify(bodies[0]?.['Values'])).toBe('{"__proto__":"a","constructor":"b"}');
    expect(bodies[0]?.['Missing']).toEqual(['toString']);
  });

  it.each([
    ['the dataset is not there', async () => undefined],
    ['no key has a record', () => writer.write({ other: '1' })],
  ])('does what If Not Found says when %s', async (_title, prepare) => {
    await prepare();
    expect((await lookUp(['a', 'b'])).error?.message).toMatch(
      /^LookUpRecords: ResourceNotFoundException: the dataset has no record of these 2 keys/,
    );
    expect((await lookUp('a', { ifNotFound: 'emptyObject' })).bodies).toEqual([{}]);
    const nothing = await lookUp('a', { ifNotFound: 'nothing' });
    expect([nothing.bodies, nothing.error]).toEqual([[], undefined]);
  });
});

describe('Delete Records', () => {
  it('removes the records of the keys and touches no other', async () => {
    await writer.write({ a: '1', [AWKWARD]: '2', c: '3' });
    const { bodies, error } = await remove(['a', AWKWARD, 'none']);
    expect(error).toBeUndefined();
    expect(bodies).toEqual([{ ...DATASET, DatasetSyncCount: 2, Deleted: ['a', AWKWARD], Missing: ['none'] }]);
    const left = (await writer.records()).filter(({ Value }) => Value !== undefined);
    expect(left.map(({ Key, SyncCount }) => [Key, SyncCount])).toEqual([['c', 1]]);
  });

  it('delivered again, it changes nothing and is no error', async () => {
    await writer.write({ a: '1', b: '2' });
    const first = await remove('a');
    const writes = server.calls('UpdateRecords');
    const again = await remove('a');
    expect(again.bodies).toEqual([{ ...DATASET, DatasetSyncCount: 2, Deleted: [], Missing: ['a'] }]);
    expect(again.emitted[0]?.payload.id).toBe(first.emitted[0]?.payload.id);
    expect(server.calls('UpdateRecords')).toBe(writes);
  });

  it('makes no dataset where there is none', async () => {
    const { bodies } = await remove('a');
    expect(bodies[0]).toMatchObject({ DatasetSyncCount: 0, Deleted: [], Missing: ['a'] });
    expect(server.calls('UpdateRecords')).toBe(0);
  });

  it('takes a deletion back by an upsert', async () => {
    await writer.write({ a: '1' });
    await remove('a');
    await run(UpsertRecords, { id: 'm2', body: { ...DATASET, Records: { a: '2' } } }, cfgOf(server));
    expect((await lookUp('a')).bodies[0]?.['Values']).toEqual({ a: '2' });
  });
});

describe('Keys', () => {
  it.each([
    ['nothing', undefined, 'Keys is required and must be a key as text, or a list of keys, got nothing'],
    [
      'a mapping that found nothing',
      '',
      'Keys is required and must be a key as text, or a list of keys, got blank text',
    ],
    ['an empty list', [], 'Keys must be a key as text, or a list of keys, got an empty list'],
    ['an object', { Key: 'a' }, 'Keys must be a key as text, or a list of keys, got an object'],
    ['a number', 7, 'Keys must be a key as text, or a list of keys, got a number'],
    ['a key that is no text', ['a', null], 'Keys[1] must be a key of 1 to 1024 characters, got nothing'],
    [
      'a key too long',
      ['k'.repeat(1025)],
      'Keys[0] must be a key of 1 to 1024 characters, got text of 1025 characters',
    ],
  ])('%s is refused by name, with nothing sent', async (_title, Keys, message) => {
    for (const [name, { error }] of [
      ['LookUpRecords', await lookUp(Keys)],
      ['DeleteRecords', await remove(Keys)],
    ] as const) {
      expect(error?.message).toBe(`${name}: InvalidInput: ${message}`);
    }
    expect(server.calls()).toBe(0);
  });
});
