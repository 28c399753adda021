import { gzipSync } from 'node:zlib';
import * as operations from '../../../lib/cognito-sync/operations';
import type { Operation } from '../../../lib/cognito-sync/operation';
import { decode } from '../../../lib/cognito-sync/decode';
import { decodeJson } from '../../../lib/aws/json';
import { errorFrom, requestIdOf } from '../../../lib/aws/error-response';
import { expirationOf } from '../../../lib/datasets/sync-token';
import { redaction } from '../../../lib/aws/redact';
import { ConnectorError } from '../../../lib/error';
import { keys, ok, refusal, rejection, scripted, type Outcome } from './scripted';

/** Answers that no service should give: none may leave the one error class, stop the process, or spoil what comes after. */

const table: Readonly<Record<string, Operation>> = operations;
const answer = (body: string, headers: Record<string, string> = {}) => ({ status: 200, headers, body });

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('members of wrong kinds', () => {
  const wrong = ['5', '"text"', 'true', '[]', '{}', '[5]', '["text"]', '[{}]', '[[]]'];
  const members: [string, string, string[]][] = [
    ['ListRecords', 'Records', ['[]', '[{}]']],
    ['ListRecords', 'NextToken', ['"text"']],
    ['ListRecords', 'SyncSessionToken', ['"text"']],
    ['ListRecords', 'DatasetSyncCount', ['5']],
    ['ListRecords', 'DatasetExists', ['true']],
    ['ListRecords', 'MergedDatasetNames', ['[]', '["text"]']],
    ['ListDatasets', 'Datasets', ['[]', '[{}]']],
    ['ListIdentityPoolUsage', 'IdentityPoolUsages', ['[]', '[{}]']],
    ['DescribeDataset', 'Dataset', ['{}']],
    ['GetCognitoEvents', 'Events', ['{}']],
    ['UpdateRecords', 'Records', ['[]', '[{}]']],
  ];
  it.each(members.flatMap(([name, member, good]) => wrong.map((value) => [name, member, value, good] as const)))(
    '%s: %s of %s',
    (name, member, value, good) => {
      const read = () => decode(table[name]!, answer(`{"${member}":${value}}`));
      if (good.includes(value)) expect(read()).toEqual({ [member]: JSON.parse(value) });
      else {
        expect(thrown(read)).toMatchObject({ name: 'InvalidResponse', retry: 'if idempotent' });
        expect((thrown(read) as Error).message).toContain(`expected ${member} to be `);
      }
    },
  );

  it.each(['Key', 'Value', 'SyncCount', 'LastModifiedDate', 'LastModifiedBy'])('%s of a record', (member) => {
    const read = () => decode(operations.ListRecords, answer(`{"Records":[{"Key":"k"},{"${member}":{"x":"s3cr3t"}}]}`));
    expect(thrown(read)).toMatchObject({ name: 'InvalidResponse' });
    expect((thrown(read) as Error).message).not.toContain('s3cr3t');
  });

  it('within an object', () => {
    expect(thrown(() => decode(operations.DescribeDataset, answer('{"Dataset":{"DatasetName":7}}')))).toMatchObject({
      message: expect.stringContaining('expected DatasetName to be text, got'),
    });
  });
});

it('a member that AWS’s model does not know may hold members of any kind, under known names, too', () => {
  const body = '{"New":{"Count":"many","Records":7,"CreationDate":1769851800,"Value":null},"Count":0}';
  expect(decode(operations.ListDatasets, answer(body))).toEqual({
    New: { Count: 'many', Records: 7, CreationDate: 1769851800 },
    Count: 0,
  });
});

describe('depth', () => {
  const nested = (levels: number, open: string, close: string) => open.repeat(levels) + '1' + close.repeat(levels);

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('of %s: 100 levels are an answer, 101 and 200,000 are none', (_, open, close) => {
    const read = (levels: number) =>
      decodeJson('ListRecords', answer(`{"New":${nested(levels - 1, open, close)}}`), new Map());
    expect(read(100)).toHaveProperty('New');
    for (const levels of [101, 200_000]) {
      expect(thrown(() => read(levels))).toMatchObject({
        name: 'InvalidResponse',
        message: expect.stringContaining('expected at most 100 levels of JSON'),
      });
    }
  });

  it('of an error is no matter', () => {
    const body = `{"message":"m","deep":${nested(200_000, '[', ']')}}`;
    expect(errorFrom('ListRecords', { ...refusal('InvalidParameterException'), body }, 0)).toMatchObject({
      text: 'm',
    });
  });
});

describe('the Date of a refusal', () => {
  const skewed = (date: string): Outcome => refusal('InvalidSignatureException', 403, { date });

  it.each([
    'Sat, 13 Sep 275760 00:00:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Sun, 01 Feb 2026 09:30:01 GMT',
    'Fri, 30 Jan 2026 09:29:59 GMT',
  ])('%s, more than a day off, changes nothing, now or later', async (date) => {
    const world = scripted([skewed(date), ok]);
    expect(await rejection(world.perform())).toMatchObject({ name: 'InvalidSignatureException' });
    await world.perform();
    expect(world.dates()).toEqual(['20260131T093000Z', '20260131T093000Z']);
  });

  it('that does not help is forgotten', async () => {
    const wrong = skewed('Sat, 31 Jan 2026 20:00:00 GMT');
    const world = scripted([wrong, wrong, ok]);
    expect(await rejection(world.perform())).toMatchObject({ name: 'InvalidSignatureException' });
    expect(world.dates()).toEqual(['20260131T093000Z', '20260131T200000Z']);
    await world.perform();
    expect(world.dates()[2]).toBe('20260131T093000Z');
  });

  it('that helps is known to later calls, also where the call fails for another reason', async () => {
    for (const second of [ok, refusal('ResourceNotFoundException', 404)]) {
      const world = scripted([skewed('Sat, 31 Jan 2026 20:00:00 GMT'), second, ok]);
      await world.perform().catch(() => undefined);
      await world.perform();
      expect(world.dates().slice(1)).toEqual(['20260131T200000Z', '20260131T200000Z']);
    }
  });

  it('that helped and is wrong again is corrected again', async () => {
    const world = scripted([skewed('Sat, 31 Jan 2026 20:00:00 GMT'), ok, skewed('Sat, 31 Jan 2026 09:30:00 GMT'), ok]);
    await world.perform();
    await world.perform();
    expect(world.dates()[3]).toBe('20260131T093000Z');
  });
});

describe('length', () => {
  it('8 MB of error text become 2,000 characters', async () => {
    const world = scripted([{ ...refusal('X'), body: JSON.stringify({ message: 'ü'.repeat(8_000_000) }) }]);
    const error = (await rejection(world.perform())) as ConnectorError;
    expect(error.text).toBe(`${'ü'.repeat(2000)}…`);
    expect(error.message.length).toBeLessThan(2_100);
  });

  it('does not cut a character in half', () => {
    const said = errorFrom(
      'A',
      { status: 400, headers: { 'x-amzn-errortype': 'X' }, body: JSON.stringify({ message: `a${'😀'.repeat(2000)}` }) },
      0,
    );
    expect(said.text.isWellFormed()).toBe(true);
  });

  it('of a content type is bounded', () => {
    const error = thrown(() => decodeJson('A', answer('<', { 'content-type': 'x'.repeat(10_000) }), new Map()));
    expect((error as Error).message).toBe(
      'A: InvalidResponse: expected a JSON object, got text of 1 characters (HTTP 200)',
    );
  });
});

describe('a request id', () => {
  const of = (id: string, header = 'x-amzn-requestid') => requestIdOf({ ...answer('{}'), headers: { [header]: id } });

  it.each(['cb085eb1-5738-4a2f-9d5b-0123456789ab', 'CB085EB1-5738-4A2F-9D5B-0123456789AB', 'r-1', 'A_b-9'])(
    '%s is shown',
    (id) => {
      expect(of(id)).toBe(id);
      expect(of(id, 'x-amz-request-id')).toBe(id);
    },
  );

  it.each(['', ' ', 'a b', '<script>', 'x'.repeat(65), 'x'.repeat(15_000), 'IQoJb3JpZ2luX2VjE+/Q==', 'r-1\n'])(
    '%j is not',
    (id) => expect(of(id)).toBeUndefined(),
  );

  it('that repeats a secret is not shown, in a success or in an error', async () => {
    const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
    const credentials = { current: () => ({ ...keys, secretAccessKey: secret }) };
    const headers = { 'x-amzn-requestid': secret };
    const good = scripted([{ ...ok, headers }]);
    expect((await good.perform({ credentials })).trace.requestId).toBeUndefined();
    const bad = scripted([refusal('X', 400, headers)]);
    expect((await rejection(bad.perform({ credentials }))).message).toBe('ListRecords: X: no (HTTP 400)');
    expect([...good.lines, ...bad.lines].join()).not.toContain(secret);
  });
});

describe('every pattern over foreign text takes a time in proportion to it', () => {
  const MB = 1_000_000;
  const texts: [string, string][] = [
    ['blanks', ' '.repeat(MB)],
    ['line breaks', '\r\n'.repeat(MB / 2)],
    ['blanks before the canonical request', `${' '.repeat(MB)}The Canonical String for this request should have bee`],
    ['digits', '1'.repeat(MB)],
    ['open elements', '<Code>'.repeat(MB / 6)],
    ['open messages', '<Message>'.repeat(MB / 9)],
    ['open credentials', '<Credentials>'.repeat(MB / 13)],
    ['colons', ':'.repeat(MB)],
    ['hashes', '#'.repeat(MB)],
    ['quotes', '"'.repeat(MB)],
    ['backslashes', '\\'.repeat(MB)],
    ['a beginning of JSON', '{"a":'.repeat(MB / 5)],
    ['a secret again and again', keys.secretAccessKey.repeat(MB / 40)],
    ['half a secret again and again', keys.secretAccessKey.slice(0, 20).repeat(MB / 20)],
    ['GMT', ' GMT '.repeat(MB / 5)],
    ['base64', 'H4sI'.repeat(MB / 4)],
  ];
  /** CPU, far more than any takes; what was quadratic took minutes. */
  const MOST_MS = 2_000;
  const cpuMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000;

  it.each(texts)('%s', async (_, text) => {
    const started = cpuMs();
    const forms: Outcome[] = [
      { status: 400, headers: {}, body: text },
      { status: 400, headers: { 'x-amzn-errortype': text, 'x-amzn-errormessage': text }, body: text },
      { ...refusal('X'), body: JSON.stringify({ message: text, code: text, __type: text }) },
      { status: 403, headers: {}, body: `<Error><Code>X</Code><Message>${text}</Message></Error>` },
      { status: 503, headers: { 'retry-after': text, 'x-amzn-requestid': text, date: text }, body: '' },
      { status: 200, headers: { 'content-type': text, 'x-amzn-requestid': text }, body: text },
      refusal('InvalidSignatureException', 403, { date: text }),
    ];
    for (const form of forms) {
      const world = scripted([form]);
      const decoded = (response: typeof ok) => decodeJson<object>('ListRecords', response, new Map());
      const perform = world.perform({ decode: decoded, idempotent: false, confidential: () => ['a'.repeat(5_000)] });
      expect(await rejection(perform)).toBeInstanceOf(ConnectorError);
    }
    expect(expirationOf(text)).toBeUndefined();
    expect(cpuMs() - started).toBeLessThan(MOST_MS);
  });

  it('a thousand values of records to look for', () => {
    const started = cpuMs();
    const values = Array.from({ length: 1024 }, (_, n) => `value ${n} ${'x'.repeat(1_000)}`);
    expect(redaction(values)(`${'y'.repeat(60_000)}${values[7]}`)).toBe(`${'y'.repeat(60_000)}[hidden]`);
    expect(cpuMs() - started).toBeLessThan(MOST_MS);
  });
});

describe('a token', () => {
  const tokenOf = (claims: unknown) =>
    gzipSync(`${Buffer.from(JSON.stringify(claims)).toString('base64')}:1:mac`).toString('base64');

  it('says when it ends', () => {
    expect(expirationOf(tokenOf({ sessionId: 's', expiration: 1_769_852_100_428 }))).toBe(1_769_852_100_428);
  });

  it.each([
    [tokenOf(null)],
    [tokenOf([])],
    [tokenOf({})],
    [tokenOf({ expiration: '5' })],
    ['token'],
    [''],
    [gzipSync('x').toString('base64')],
  ])('%s says nothing', (token) => expect(expirationOf(token)).toBeUndefined());

  it('that unpacks to a bomb says nothing', () => {
    expect(expirationOf(gzipSync(Buffer.alloc(50_000_000)).toString('base64'))).toBeUndefined();
  });
});
