import type { LocalServer } from '../../server';
import { epochSeconds, stringify } from '../../server/json';
import { IDENTITY, localServer, POOL } from '../support/local';
import { raw, rawSigned } from '../support/server';

const NOW = Date.parse('2023-11-21T13:54:35.740Z');
const IN_POOL = `/identitypools/${encodeURIComponent(POOL)}`;
const DATASET = `${IN_POOL}/identities/${encodeURIComponent(IDENTITY)}/datasets/profile`;

let server: LocalServer;
beforeAll(async () => {
  server = await localServer({ now: () => NOW });
});
afterAll(() => server.stop());

const token = async () =>
  (JSON.parse((await rawSigned(server, 'GET', `${DATASET}/records`)).body) as { SyncSessionToken: string })
    .SyncSessionToken;

describe('an answer', () => {
  it('has every member, in alphabetical order, null where there is none', async () => {
    const { body } = await rawSigned(server, 'GET', `${DATASET}/records`);
    expect(body.replace(/"SyncSessionToken":"H4sI[^"]+"/, '"SyncSessionToken":"H4sI"')).toBe(
      '{"Count":0,"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":false,"DatasetSyncCount":0,' +
        '"LastModifiedBy":null,"MergedDatasetNames":null,"NextToken":null,"Records":[],"SyncSessionToken":"H4sI"}',
    );
  });

  it('has dates as epoch seconds in the notation of Java', async () => {
    const patch = {
      Op: 'replace',
      Key: 'k"\\ü',
      Value: 'line\nbreak',
      SyncCount: 0,
      DeviceLastModifiedDate: 1700574873.059,
    };
    const body = JSON.stringify({ SyncSessionToken: await token(), RecordPatches: [patch] });
    const answer = await rawSigned(server, 'POST', DATASET, { body, headers: { 'content-type': 'application/json' } });
    expect(answer.body).toBe(
      '{"Records":[{"DeviceLastModifiedDate":1.700574873059E9,"Key":"k\\"\\\\ü","LastModifiedBy":"123456789012",' +
        '"LastModifiedDate":1.70057487574E9,"SyncCount":1,"Value":"line\\nbreak"}]}',
    );
  });

  it('says its type, id and time, and lets pages of a browser read it', async () => {
    const { headers } = await rawSigned(server, 'GET', IN_POOL);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      date: 'Tue, 21 Nov 2023 13:54:35 GMT',
      'access-control-allow-origin': '*',
    });
  });

  it('to a preflight allows what a signed call needs', async () => {
    const { status, headers } = await raw(server, 'OPTIONS', DATASET, { origin: 'http://localhost:8080' });
    expect([status, headers['access-control-allow-methods']]).toEqual([200, 'GET,POST,DELETE']);
  });
});

describe('an error', () => {
  it('has its name in a header, and a body of message alone', async () => {
    const { status, headers, body } = await rawSigned(server, 'GET', `${IN_POOL}/identities/us-east-1%3A0/datasets/x`);
    expect([status, headers['x-amzn-errortype'], headers['content-type'], JSON.parse(body)]).toEqual([
      404,
      'ResourceNotFoundException',
      'application/json',
      { message: "Dataset 'x' not found." },
    ]);
  });

  it.each([
    ['not JSON', '{"Events":'],
    ['no object', '[]'],
    ['of another type', '{"Events":"text"}'],
    ['with a value of another type', '{"Events":{"SyncTrigger":1}}'],
  ])('for a body that is %s is SerializationException', async (_, body) => {
    const { status, headers } = await rawSigned(server, 'POST', `${IN_POOL}/events`, { body });
    expect([status, headers['x-amzn-errortype']]).toEqual([400, 'SerializationException']);
  });

  it('for a body of more than 16 MiB is RequestEntityTooLargeException', async () => {
    const { status, headers } = await raw(server, 'POST', DATASET, {}, ' '.repeat(16 * 1024 * 1024 + 1));
    expect([status, headers['x-amzn-errortype']]).toEqual([413, 'RequestEntityTooLargeException']);
  });
});

it.each(['bulkpublish', 'getBulkPublishDetails'])('takes %s with no body and with an empty object', async (name) => {
  const outcomes = ['', '{}'].map(
    async (body) => (await rawSigned(server, 'POST', `${IN_POOL}/${name}`, { body })).body,
  );
  const [bare, object] = await Promise.all(outcomes);
  expect(bare).toBe(object);
});

it('keeps a plus sign of the query, and takes a blank member for none', async () => {
  const target = `${DATASET}/records?nextToken=&maxResults=&lastSyncCount=`;
  expect((await rawSigned(server, 'GET', target)).status).toBe(200);
  const plus = (await token()).replace(/=/g, '%3D').replace(/\//g, '%2F');
  expect(
    (
      await rawSigned(
        server,
        'GET',
        `${DATASET}/records?syncSessionToken=${encodeURIComponent(decodeURIComponent(plus))}`,
      )
    ).status,
  ).toBe(200);
});

it.each([
  [0, '0.0'],
  [1500, '1.5'],
  [9_999_999_999, '9999999.999'],
  [10_000_000_000, '1.0E7'],
  [1_700_574_875_740, '1.70057487574E9'],
  [1_700_574_875_000, '1.700574875E9'],
])('writes %i ms as %s', (ms, text) => {
  expect(epochSeconds(ms)).toBe(text);
  expect(JSON.parse(text) as number).toBe(ms / 1000);
});

it('writes any other value as JSON.stringify does', () => {
  const value = { a: ['x', '\u2028"\\\n', '', 'é'.repeat(200), 1, -0.5, true, false, null], '"': {}, ü: [] };
  expect(stringify(value)).toBe(JSON.stringify(value));
});
