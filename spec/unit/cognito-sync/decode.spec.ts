import * as sdk from '@aws-sdk/client-cognito-sync';
import { ConnectorError } from '../../../lib/error';
import { decode, TIMESTAMPS } from '../../../lib/cognito-sync/decode';
import { ListRecords, SetCognitoEvents } from '../../../lib/cognito-sync/operations';
import { recorder, type Recorder } from '../../support/recorder';
import { leastInput, table, thrownBy } from './inputs';

const answer = (body: string, status = 200) => ({ status, headers: { 'x-amzn-requestid': 'r-1' }, body });
const read = (body: string) => decode(ListRecords, answer(body));

const arn = 'arn:aws:iam::123456789012:role/CognitoSync';
const dataset = `{"CreationDate":1.700574873059E9,"DataStorage":13,"DatasetName":"profile","IdentityId":"us-east-1:a",
  "LastModifiedBy":"123456789012","LastModifiedDate":1.70057487574E9,"NumRecords":1}`;
const configuration = `{"IdentityPoolId":"us-east-1:a","PushSync":{"ApplicationArns":["arn:1","arn:2"],"RoleArn":"${arn}"},
  "CognitoStreams":{"StreamName":"s","RoleArn":"${arn}","StreamingStatus":"ENABLED"}}`;

/** Bodies as AWS writes them: doubles in Java's notation, null for what is absent. */
const bodies: Readonly<Record<string, readonly string[]>> = {
  BulkPublish: ['{"IdentityPoolId":"us-east-1:a"}', '{}', '{"IdentityPoolId":null}'],
  DeleteDataset: [`{"Dataset":${dataset}}`, '{"Dataset":null}'],
  DescribeDataset: [`{"Dataset":${dataset}}`, '{"Dataset":{"DataStorage":0,"NumRecords":0,"LastModifiedBy":null}}'],
  DescribeIdentityPoolUsage: [
    '{"IdentityPoolUsage":{"DataStorage":0,"IdentityPoolId":"us-east-1:a","LastModifiedDate":1.7E9,"SyncSessionsCount":null}}',
  ],
  DescribeIdentityUsage: [
    '{"IdentityUsage":{"DataStorage":16,"DatasetCount":1,"IdentityId":"us-east-1:b","IdentityPoolId":"us-east-1:a","LastModifiedDate":1700574875}}',
  ],
  GetBulkPublishDetails: [
    '{"IdentityPoolId":"us-east-1:a","BulkPublishStatus":"NOT_STARTED","BulkPublishStartTime":null,"BulkPublishCompleteTime":null,"FailureMessage":null}',
    '{"BulkPublishStatus":"FAILED","BulkPublishStartTime":1.700574875E9,"BulkPublishCompleteTime":1.7005748750E9,"FailureMessage":"no stream"}',
  ],
  GetCognitoEvents: ['{"Events":{"SyncTrigger":"arn:aws:lambda:us-east-1:1:function:f"}}', '{"Events":{}}'],
  GetIdentityPoolConfiguration: [
    configuration,
    '{"IdentityPoolId":"us-east-1:a","PushSync":null,"CognitoStreams":null}',
  ],
  ListDatasets: [`{"Count":1,"Datasets":[${dataset}],"NextToken":"n=="}`, '{"Count":0,"Datasets":[],"NextToken":null}'],
  ListIdentityPoolUsage: [
    '{"Count":1,"MaxResults":60,"NextToken":null,"IdentityPoolUsages":[{"IdentityPoolId":"us-east-1:a","DataStorage":5,"SyncSessionsCount":2,"LastModifiedDate":1.7E9}]}',
  ],
  ListRecords: [
    `{"Count":2,"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":true,"DatasetSyncCount":9007199254740991,
      "LastModifiedBy":"123456789012","MergedDatasetNames":[],"NextToken":null,"Records":[
      {"DeviceLastModifiedDate":1.700574873059E9,"Key":"name","LastModifiedBy":"123456789012","LastModifiedDate":1.70057487574E9,"SyncCount":1,"Value":"\\u00fc \\"\\\\\\u2028"},
      {"DeviceLastModifiedDate":0,"Key":"gone","LastModifiedBy":"x","LastModifiedDate":0.001,"SyncCount":3,"Value":null}],
      "SyncSessionToken":"a+/=="}`,
    '{"Records":[{"Key":"k","Value":""}],"MergedDatasetNames":["merged.1"]}',
  ],
  RegisterDevice: ['{"DeviceId":"5cd28fbe-dd83-47ab-9f83-19093a5fb014"}'],
  SetCognitoEvents: ['', '{}'],
  SetIdentityPoolConfiguration: [configuration],
  SubscribeToDataset: ['', '{}'],
  UnsubscribeFromDataset: ['', '{}'],
  UpdateRecords: ['{"Records":[{"Key":"k","SyncCount":2,"LastModifiedDate":1.7005748757E9}]}', '{"Records":[]}'],
};

describe('beside the official SDK', () => {
  let server: Recorder;
  let body = '';
  let client: sdk.CognitoSyncClient;
  beforeAll(async () => {
    server = await recorder((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(body);
    });
    client = new sdk.CognitoSyncClient({
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  it('has an answer for every operation', () => {
    expect(Object.keys(bodies).sort()).toEqual(Object.keys(table).sort());
  });

  it.each(Object.entries(bodies).flatMap(([name, texts]) => texts.map((text) => [name, text] as const)))(
    '%s is decoded alike: %s',
    async (name, text) => {
      body = text;
      const Command = (sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]!;
      const theirs: object = await client.send(new Command(leastInput(name)));
      // Their dates become ISO 8601, and what they call undefined is absent.
      expect(decode(table[name]!, answer(text))).toStrictEqual(
        JSON.parse(JSON.stringify({ ...theirs, $metadata: undefined })),
      );
    },
  );

  it('knows every timestamp of the API, and nothing else by that name', async () => {
    for (const [name, texts] of Object.entries(bodies)) {
      for (const text of texts) {
        body = text;
        const Command = (sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]!;
        JSON.stringify(
          await client.send(new Command(leastInput(name))),
          function (this: object, member, value: unknown) {
            const isDate = (this as Record<string, unknown>)[member] instanceof Date;
            if (typeof value === 'string' || typeof value === 'number')
              expect([member, isDate]).toEqual([member, TIMESTAMPS.has(member)]);
            return value;
          },
        );
      }
    }
  });
});

it.each([
  ['1.70057487574E9', '2023-11-21T13:54:35.740Z'],
  ['1.700574873059E9', '2023-11-21T13:54:33.059Z'],
  ['1700574873', '2023-11-21T13:54:33.000Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['-1.5', '1969-12-31T23:59:58.500Z'],
  ['1785500000.0006', '2026-07-31T12:13:20.001Z'],
  ['8.64E12', '+275760-09-13T00:00:00.000Z'],
  ['8.65E12', 8.65e12],
  ['1E400', Infinity],
  ['"2023-11-21T13:54:35Z"', '2023-11-21T13:54:35Z'],
  ['true', true],
])('a LastModifiedDate of %s becomes %j', (wire, decoded) => {
  expect(read(`{"LastModifiedDate":${wire}}`)).toEqual({ LastModifiedDate: decoded });
});

it('keeps what it does not know, at every level', () => {
  expect(read('{"New":1.5,"Records":[{"New":{"Deep":[1,[{"Deeper":false}]]}}]}')).toEqual({
    New: 1.5,
    Records: [{ New: { Deep: [1, [{ Deeper: false }]] } }],
  });
});

it('drops null at every level, as if it were absent', () => {
  expect(read('{"A":null,"B":{"C":null},"D":[null,{"E":null},[null,1]]}')).toStrictEqual({ B: {}, D: [{}, [1]] });
});

it('keeps a member by the name of the prototype a member, beside one that is null', () => {
  const decoded = read('{"__proto__":{"toString":1},"A":null}');
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect(JSON.stringify(decoded)).toBe('{"__proto__":{"toString":1}}');
});

it('does not look for an Output around the answer, which only another protocol has', () => {
  expect(read('{"Output":{"Count":1},"Version":"1.0"}')).toEqual({ Output: { Count: 1 }, Version: '1.0' });
});

it.each(['', ' ', '\r\n'])('takes the empty body %j for an answer only where AWS answers nothing', (body) => {
  expect(decode(SetCognitoEvents, answer(body))).toEqual({});
  expect(() => read(body)).toThrow('ListRecords: InvalidResponse: expected a JSON object');
});

it.each([
  '<html>s3cr3t</html>',
  'plain s3cr3t',
  '{"Records":[{"Key":"k","Value":"s3cr3t',
  '{"Value":"s3cr3t"}}',
  '["s3cr3t"]',
  '"s3cr3t"',
  'null',
  '5',
])('refuses %s, and quotes nothing, since it may hold records', (body) => {
  const error = thrownBy(() => read(body));
  expect(error).toBeInstanceOf(ConnectorError);
  expect(error).toMatchObject({ name: 'InvalidResponse', status: 200, requestId: 'r-1', retry: 'if idempotent' });
  expect(error.message).toBe(
    `ListRecords: InvalidResponse: expected a JSON object, got text without a content type of ${body.length} characters (HTTP 200, request id r-1)`,
  );
  expect(error.stack).not.toContain('s3cr3t');
});

it('names the content type of what is no answer of AWS, such as a portal asking for a login', () => {
  const portal = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html></html>' };
  expect(() => decode(ListRecords, portal)).toThrow(
    'ListRecords: InvalidResponse: expected a JSON object, got text/html; charset=utf-8 of 13 characters (HTTP 200)',
  );
});
