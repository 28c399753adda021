import { inputOf, presentable } from '../../../lib/platform/input';
import { readPredecessor } from '../../../lib/platform/predecessor';

const PARTS = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'AKIDEXAMPLE/20260131/us-east-1/cognito-sync/aws4_request',
  'X-Amz-Date': '20260131T093000Z',
  'X-Amz-SignedHeaders': 'host;x-amz-date',
  'X-Amz-Signature': 'f'.repeat(64),
};
const HEADERS = {
  authorization: `AWS4-HMAC-SHA256 Credential=${PARTS['X-Amz-Credential']}, SignedHeaders=host;x-amz-date, Signature=${PARTS['X-Amz-Signature']}`,
  'x-amz-date': '20260131T093000Z',
};
const HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const underscored = (members: object) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name.replaceAll('-', '_'), value as unknown]));

/** What the platform hands over, as the step reads it. */
const read = (body: object) => readPredecessor('ListRecords', inputOf('ListRecords', body, {}));

describe.each([
  ['DataFire', (members: object) => members],
  ['flowground', underscored],
])('in the spelling of %s', (_, spelt) => {
  it.each<[string, object, ReturnType<typeof read>]>([
    ['nothing of the predecessors’', { DatasetName: 'd' }, { members: { DatasetName: 'd' } }],
    [
      'Action and Version',
      { Action: 'ListRecords', Version: '2014-06-30', DatasetName: 'd' },
      { members: { DatasetName: 'd' } },
    ],
    ['a session token', { 'X-Amz-Security-Token': 'token' }, { members: {}, sessionToken: 'token' }],
    ['a signature', PARTS, { members: {}, signature: { headers: HEADERS } }],
    [
      'a signature with a hash',
      { ...PARTS, 'X-Amz-Content-Sha256': HASH },
      { members: {}, signature: { headers: { ...HEADERS, 'x-amz-content-sha256': HASH } } },
    ],
    [
      'a signature with a token',
      { ...PARTS, 'X-Amz-Security-Token': 'token' },
      { members: {}, signature: { headers: { ...HEADERS, 'x-amz-security-token': 'token' } } },
    ],
    [
      'blank parts, as unmapped fields deliver them',
      Object.fromEntries(Object.keys(PARTS).map((name) => [name, ''])),
      { members: {} },
    ],
    ['null for Action and Version', { Action: null, Version: '' }, { members: {} }],
    ['a header that they did not have', { 'X-Amz-Target': 'x' }, { members: spelt({ 'X-Amz-Target': 'x' }) }],
  ])('takes %s', (_what, body, expected) => {
    expect(read(spelt(body))).toEqual(expected);
    expect(read({ Predecessor: spelt(body) })).toEqual(expected);
  });

  it.each(Object.keys(PARTS))('refuses a signature without %s, naming it', (missing) => {
    const parts = Object.fromEntries(Object.entries(PARTS).filter(([name]) => name !== missing));
    expect(() => read(spelt(parts))).toThrow(
      `ListRecords: InvalidInput: ${missing} is missing: a signature in the message must be complete`,
    );
  });

  it.each<[string, object, string]>([
    ['a lone hash', { 'X-Amz-Content-Sha256': HASH }, `${Object.keys(PARTS).join(', ')} are missing`],
    [
      'another Action',
      { Action: 'UpdateRecords' },
      'Action must be ListRecords, as this step sends it, got "UpdateRecords"',
    ],
    [
      'another Version',
      { Version: '2014-06-31' },
      'Version must be 2014-06-30, as this step sends it, got "2014-06-31"',
    ],
    ['a number as Version', { Version: 2014 }, 'Version must be 2014-06-30, as this step sends it, got a number'],
    [
      'a line break in a header',
      { ...PARTS, 'X-Amz-Date': '20260131T093000Z\r\nx-evil: 1' },
      'must be printable ASCII text without spaces and commas',
    ],
    ['a comma in a part', { ...PARTS, 'X-Amz-SignedHeaders': 'host, Signature=0' }, 'must be printable ASCII text'],
    ['an object as a token', { 'X-Amz-Security-Token': {} }, 'must be printable ASCII text'],
  ])('refuses %s', (_what, body, sentence) => {
    expect(() => read(spelt(body))).toThrow(sentence);
  });
});

it('refuses two spellings with two values', () => {
  const twice = { 'X-Amz-Security-Token': 'one-token', X_Amz_Security_Token: 'another-token' };
  expect(() => read(twice)).toThrow('X-Amz-Security-Token is given in two spellings, with two values');
  expect(read({ ...twice, X_Amz_Security_Token: 'one-token' })).toEqual({ members: {}, sessionToken: 'one-token' });
});

it('shows no part of a signature or token in its errors', () => {
  for (const name of [...Object.keys(PARTS), 'X-Amz-Security-Token']) {
    try {
      read({ ...PARTS, [name]: 'secret value' });
      throw new Error('taken');
    } catch (error) {
      expect((error as Error).message).toMatch(/InvalidInput: .* must be printable ASCII text/);
      expect((error as Error).message).not.toContain('secret value');
    }
  }
});

describe('an object of members', () => {
  it.each(['body', 'requestBody', 'Predecessor', 'ActAs'])(
    'called %s counts as if its members stood beside it',
    (group) => {
      expect(inputOf('A', { One: 1, [group]: { Two: 2, Three: [3] } }, {})).toEqual({ One: 1, Two: 2, Three: [3] });
      expect(inputOf('A', { One: 1, Blank: '', [group]: { One: 1, Blank: 2 } }, {})).toEqual({ One: 1, Blank: 2 });
      expect(inputOf('A', { One: 1, [group]: { One: '' } }, {})).toEqual({ One: 1 });
      for (const nothing of [{}, null, '', undefined]) expect(inputOf('A', { [group]: nothing }, {})).toEqual({});
    },
  );

  it.each([
    [
      'a member with another value',
      { Key: 'a-value', body: { Key: 'other-value' } },
      'Key is given twice, and in body with another value',
    ],
    [
      'a member with another value in two objects',
      { body: { Key: 'a-value' }, requestBody: { Key: 'other-value' } },
      'Key is given twice, and in requestBody with another value',
    ],
    ['text', { body: '{"Key":"a-value"}' }, 'body must be an object with members of the operation'],
    ['a list', { requestBody: [{ Key: 'a-value' }] }, 'requestBody must be an object with members of the operation'],
  ])('must not be or hold %s', (_, message, sentence) => {
    let error: unknown;
    try {
      inputOf('A', message, {});
    } catch (thrown) {
      error = thrown;
    }
    expect((error as Error).message).toBe(`A: InvalidInput: ${sentence}`);
  });

  it('goes before the fields of the step', () => {
    expect(inputOf('A', { body: { DatasetName: 'mapped' } }, { DatasetName: 'chosen' })).toEqual({
      DatasetName: 'mapped',
    });
    expect(inputOf('A', { body: {} }, { DatasetName: 'chosen' })).toEqual({ DatasetName: 'chosen' });
  });
});

it('redacts tokens and signatures in the message of an error', () => {
  const secret = { Logins: { p: 't' }, X_Amz_Signature: 's', 'X-Amz-Security-Token': 't', 'X-Amz-Credential': 'c' };
  const hidden = Object.fromEntries(Object.keys(secret).map((name) => [name, '[hidden]']));
  const shown = { DatasetName: 'd', Records: { Logins: 'a record of that name' } };
  expect(presentable({ ...shown, ...secret, ActAs: secret, Predecessor: { ...secret, Action: 'A' } })).toEqual({
    ...shown,
    ...hidden,
    ActAs: hidden,
    Predecessor: { ...hidden, Action: 'A' },
  });
});
