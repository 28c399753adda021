import * as sdk from '@aws-sdk/client-cognito-sync';
import { ConnectorError, invalidInput } from '../../../lib/error';
import { errorFrom, requestIdOf } from '../../../lib/aws/error-response';
import { recorder, type Recorder } from '../../support/recorder';

const NOW = Date.UTC(2026, 0, 31, 9, 30);
const HTTP_DATE = 'Sat, 31 Jan 2026 09:30:05 GMT';

interface Form {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

const read = ({ status, headers = {}, body = '' }: Form) =>
  errorFrom('ListRecords', { status, headers: { 'x-amzn-requestid': 'r-1', ...headers }, body }, NOW);
const typed = (type: string, status = 400, body = '{"message":"m"}'): Form => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body,
});

/** The exceptions of AWS's model with their statuses. */
const modelled: readonly (readonly [string, number])[] = [
  ['AlreadyStreamedException', 400],
  ['ConcurrentModificationException', 400],
  ['DuplicateRequestException', 400],
  ['InternalErrorException', 500],
  ['InvalidConfigurationException', 400],
  ['InvalidLambdaFunctionOutputException', 400],
  ['InvalidParameterException', 400],
  ['LambdaThrottledException', 429],
  ['LimitExceededException', 400],
  ['NotAuthorizedException', 403],
  ['ResourceConflictException', 409],
  ['ResourceNotFoundException', 404],
  ['TooManyRequestsException', 429],
];

describe('names', () => {
  it.each([
    ['the header', typed('ResourceConflictException', 409), 'ResourceConflictException'],
    ['the header with a colon', typed('ResourceConflictException:', 409), 'ResourceConflictException'],
    [
      'the header with an address',
      typed('ResourceConflictException:http://internal.amazon.com/coral/com.amazonaws.cognito.sync.model/', 409),
      'ResourceConflictException',
    ],
    [
      'the header with an address with a fragment',
      typed('InvalidParameterException:http://a.b/c#d'),
      'InvalidParameterException',
    ],
    [
      'the header with a namespace',
      typed('com.amazonaws.cognito.sync.model#InvalidParameterException'),
      'InvalidParameterException',
    ],
    ['a repeated header', typed('InvalidParameterException, InvalidParameterException'), 'InvalidParameterException'],
    ['code in the body', { status: 400, body: '{"code":"InvalidParameterException"}' }, 'InvalidParameterException'],
    ['Code in the body', { status: 400, body: '{"Code":"InvalidParameterException"}' }, 'InvalidParameterException'],
    [
      '__type in the body',
      { status: 400, body: '{"__type":"InvalidParameterException"}' },
      'InvalidParameterException',
    ],
    [
      '__type with a namespace',
      { status: 400, body: '{"__type":"com.amazon.coral.service#SerializationException"}' },
      'SerializationException',
    ],
    [
      'the header before code',
      typed('LimitExceededException', 400, '{"code":"B","__type":"C"}'),
      'LimitExceededException',
    ],
    ['code before __type', { status: 400, body: '{"code":"ThrottlingException","__type":"C"}' }, 'ThrottlingException'],
    ['__type where code is a number', { status: 400, body: '{"code":400,"__type":"C"}' }, 'C'],
    ['the body where the header is blank', typed(' ', 400, '{"__type":"C"}'), 'C'],
    ['the body where the header holds no name', typed('<html>', 400, '{"__type":"C"}'), 'C'],
    ['a name that the model lacks', typed('LambdaSocketTimeoutException'), 'LambdaSocketTimeoutException'],
    ['ValidationException of a sibling', typed('ValidationException'), 'ValidationException'],
    ['AccessDeniedException of IAM', typed('AccessDeniedException', 403), 'AccessDeniedException'],
    ['a name with a dot', typed('Sync.Broken', 500), 'Sync.Broken'],
    [
      'STS in XML',
      {
        status: 403,
        body: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error><RequestId>x</RequestId></ErrorResponse>',
      },
      'InvalidClientTokenId',
    ],
    ['nothing', { status: 500 }, 'InvalidResponse'],
    ['a header of 101 characters', typed('X'.repeat(101)), 'InvalidResponse'],
    ['HTML with a title', { status: 502, body: '<html><title>Bad</title></html>' }, 'InvalidResponse'],
  ] as const)('come from %s', (_, form, name) => {
    expect(read(form).name).toBe(name);
  });

  it.each([
    ...modelled.map(([name]) => [name.replace(/Exception$/, ''), name]).filter(([short]) => short !== 'NotAuthorized'),
    ['NotAuthorizedError', 'NotAuthorizedException'],
    ['AccessDenied', 'AccessDenied'],
    ['Throttling', 'Throttling'],
  ])('the short form %s is %s', (short, full) => {
    expect(read(typed(short)).name).toBe(full);
    expect(read({ status: 400, body: JSON.stringify({ code: short }) }).name).toBe(full);
  });
});

describe('texts', () => {
  it.each([
    ['message', '{"message":"a","Message":"b"}', {}, 'a'],
    ['Message', '{"Message":"b"}', { 'x-amzn-errormessage': 'c' }, 'b'],
    ['the header', '{"message":null}', { 'x-amzn-errormessage': 'c' }, 'c'],
    ['the header where message is blank', '{"message":" "}', { 'x-amzn-errormessage': 'c' }, 'c'],
    ['the header where the body is empty', '', { 'x-amzn-errormessage': 'c' }, 'c'],
    ['XML', '<Error><Code>X</Code><Message>d</Message></Error>', {}, 'd'],
    ['nobody', '{"message":5}', {}, 'AWS gave no further explanation'],
    ['nobody, in an empty body', '', {}, 'AWS gave no further explanation'],
    ['nobody, in a list', '["message"]', {}, 'AWS gave no further explanation'],
    ['nobody, in broken JSON', '{"message":"s3cr3t', {}, 'AWS gave no further explanation'],
    ['nobody, in a number', '5', {}, 'AWS gave no further explanation'],
    ['nobody, in null', 'null', {}, 'AWS gave no further explanation'],
    ['nobody, in HTML', '<html>', {}, 'AWS gave no further explanation'],
  ])('come from %s', (_, body, headers, text) => {
    expect(read({ status: 400, headers: { 'x-amzn-errortype': 'X', ...headers }, body }).text).toBe(text);
  });

  it.each([
    [{ status: 500 }, 'expected an answer of AWS, got an empty body (HTTP 500, request id r-1)'],
    [{ status: 502, body: ' \n' }, 'expected an answer of AWS, got an empty body (HTTP 502, request id r-1)'],
    [
      { status: 502, body: '<html>\n  <h1>Bad   Gateway</h1>' },
      'expected an answer of AWS, got a body that begins with «<html> <h1>Bad Gateway</h1>» (HTTP 502, request id r-1)',
    ],
    [
      { status: 503, body: `<p>${'x'.repeat(500)}` },
      `expected an answer of AWS, got a body that begins with «<p>${'x'.repeat(117)}» (HTTP 503, request id r-1)`,
    ],
    [
      { status: 400, body: '{"message":"s3cr3t' },
      'expected an answer of AWS, got other or broken JSON of 18 characters (HTTP 400, request id r-1)',
    ],
    [
      { status: 403, body: '{"message":"Forbidden"}' },
      'expected an answer of AWS, got one that says «Forbidden» (HTTP 403, request id r-1)',
    ],
    [
      { status: 307, headers: { location: 'https://other.example.com/' } },
      'expected an answer of AWS, got a redirect, which is not followed: an empty body (HTTP 307, request id r-1)',
    ],
    [
      { status: 304 },
      'expected an answer of AWS, got a redirect, which is not followed: an empty body (HTTP 304, request id r-1)',
    ],
  ])('say what came in place of an answer of AWS: %j', (form, text) => {
    const error = read(form);
    expect(error.message).toBe(`ListRecords: InvalidResponse: ${text}`);
    expect(error.status).toBe(form.status);
  });
});

describe('the message', () => {
  it.each([
    [409, 'r-1', 'UpdateRecords: X: t (HTTP 409, request id r-1)'],
    [409, undefined, 'UpdateRecords: X: t (HTTP 409)'],
    [undefined, 'r-1', 'UpdateRecords: X: t (request id r-1)'],
    [undefined, undefined, 'UpdateRecords: X: t'],
  ])('with status %s and request id %s is «%s»', (status, requestId, message) => {
    const error = new ConnectorError('X', { operation: 'UpdateRecords', message: 't', status, requestId });
    expect(error).toMatchObject({ name: 'X', message, text: 't', operation: 'UpdateRecords', status, requestId });
    expect(String(error)).toBe(`X: ${message}`);
    expect(error).not.toHaveProperty('cause');
  });

  it('of wrong input has neither', () => {
    expect(invalidInput('UpdateRecords', 'Key must be text')).toMatchObject({
      message: 'UpdateRecords: InvalidInput: Key must be text',
      retry: 'never',
    });
  });

  it.each([
    [{ 'x-amzn-requestid': 'a', 'x-amz-request-id': 'b' }, 'a'],
    [{ 'x-amz-request-id': 'b' }, 'b'],
    [{ 'x-amzn-requestid': ['a', 'b'] }, 'a'],
    [{}, undefined],
  ])('takes the request id from %j', (headers, id) => {
    expect(requestIdOf({ status: 200, headers, body: '' })).toBe(id);
  });
});

describe('whether another attempt makes sense', () => {
  const always = [
    'TooManyRequestsException',
    'LambdaThrottledException',
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
  ];
  const never = [
    'LimitExceededException',
    'LimitExceeded',
    'ResourceConflictException',
    'ConcurrentModificationException',
    'InvalidParameterException',
    'ValidationException',
    'NotAuthorizedException',
    'AccessDeniedException',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'ExpiredTokenException',
    'ResourceNotFoundException',
    'DuplicateRequestException',
    'AlreadyStreamedException',
    'InvalidConfigurationException',
    'LambdaSocketTimeoutException',
    'UnknownToEverybodyException',
  ];

  it.each(always)('%s: always, whatever its status', (name) => {
    for (const status of [400, 403, 429, 500, 503]) expect(read(typed(name, status)).retry).toBe('always');
  });

  it.each(never)('%s: never with a status of 4xx', (name) => {
    for (const status of [400, 403, 404, 409, 413]) expect(read(typed(name, status)).retry).toBe('never');
  });

  it.each([
    [429, 'always'],
    [500, 'if idempotent'],
    [502, 'if idempotent'],
    [504, 'if idempotent'],
    [599, 'if idempotent'],
    [300, 'never'],
    [301, 'never'],
    [307, 'never'],
    [400, 'never'],
    [401, 'never'],
    [403, 'never'],
    [404, 'never'],
    [407, 'never'],
    [409, 'never'],
    [413, 'never'],
    [503, 'if idempotent'],
    [408, 'if idempotent'],
  ])('HTTP %d: %s, named, unnamed or in HTML', (status, retry) => {
    const named = typed('Some.Other', status);
    for (const form of [{ status }, { status, body: '<html>' }, ...([408, 503].includes(status) ? [] : [named])]) {
      expect(read(form).retry).toBe(retry);
    }
  });

  it('HTTP 503: always where AWS itself says so, by the name of an exception and a request id', () => {
    expect(read(typed('ServiceUnavailable', 503)).retry).toBe('always');
    const nameless = { status: 503, headers: { 'x-amzn-requestid': 'r-1' }, body: '' };
    const withoutId = { status: 503, headers: { 'x-amzn-errortype': 'ServiceUnavailable' }, body: '' };
    for (const response of [nameless, withoutId]) {
      expect(errorFrom('ListRecords', response, NOW).retry).toBe('if idempotent');
    }
  });
});

it.each([
  ['0', 0],
  ['7', 7000],
  [' 7 ', 7000],
  ['120', 120_000],
  [HTTP_DATE, 5000],
  ['Sat, 31 Jan 2026 09:29:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['', undefined],
  ['soon', undefined],
  ['in 2099', undefined],
  ['2099-01-01', undefined],
  ['Someday, 99 Foo 2026 09:30:05 GMT', undefined],
  [`${HTTP_DATE}+1`, undefined],
  [undefined, undefined],
])('Retry-After: %s waits %s ms', (value, ms) => {
  const headers = value === undefined ? {} : { 'retry-after': value };
  expect(read({ status: 503, headers }).retryAfterMs).toBe(ms);
});

describe('beside the official SDK', () => {
  let server: Recorder;
  let form: Form;
  let client: sdk.CognitoSyncClient;
  beforeAll(async () => {
    server = await recorder((_request, response) => {
      response.writeHead(form.status, form.headers).end(form.body ?? '');
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

  const forms = (name: string, status: number): Form[] => [
    typed(name, status),
    typed(`${name}:http://internal.amazon.com/coral/com.amazonaws.cognito.sync.model/`, status),
    typed(`com.amazonaws.cognito.sync.model#${name}:http://internal.amazon.com/coral/`, status),
    typed(`${name},Other`, status),
    typed(name, status, `{"__type":"Other","code":"Another","message":"m"}`),
    { status, body: JSON.stringify({ __type: `com.amazonaws#${name}`, message: 'm' }) },
    { status, body: JSON.stringify({ __type: 'Other', code: name, message: 'm' }) },
    { status, body: JSON.stringify({ __type: name, Message: 'm' }) },
  ];

  it.each(modelled.flatMap(([name, status]) => forms(name, status).map((each) => [name, each] as const)))(
    '%s has the same name and text from %j',
    async (name, each) => {
      form = each;
      const theirs = await client.send(new sdk.ListIdentityPoolUsageCommand({})).catch((error: unknown) => error);
      const ours = read(each);
      expect(theirs).toBeInstanceOf(sdk.CognitoSyncServiceException);
      expect([ours.name, ours.text, ours.status]).toEqual([
        (theirs as Error).name,
        (theirs as Error).message,
        (theirs as sdk.CognitoSyncServiceException).$metadata.httpStatusCode,
      ]);
      expect(ours.name).toBe(name);
    },
  );
});
