import { ConnectorError } from '../../../lib/error';
import { deterministicId, messageOf } from '../../../lib/platform/message';
import { errorBody } from '../../../lib/platform/error-policy';
import { largestBodyBytes, refuseOversize } from '../../../lib/platform/message-size';
import { thrownBy } from '../cognito-sync/inputs';
import { fc } from '../../support/random';

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('deterministicId', () => {
  it('is the same UUID of version 8 for the same names, and another one for others', () => {
    const names = fc.array(fc.string(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, names, (one, other) => {
        fc.pre(one.join('\0') !== other.join('\0'));
        expect(deterministicId(...one)).toMatch(UUID_V8);
        expect(deterministicId(...one)).toBe(deterministicId(...one));
        expect(deterministicId(...one)).not.toBe(deterministicId(...other));
      }),
    );
  });

  it('distinguishes names that read the same when joined', () => {
    expect(deterministicId('ab', 'c')).not.toBe(deterministicId('a', 'bc'));
  });
});

describe('messageOf', () => {
  const trace = { requestId: 'r-1', attempts: 2, durationMs: 30, length: 2 };

  it.each([
    [
      { item: 'a', trace },
      { 'cognito-sync-request-id': 'r-1', 'cognito-sync-attempts': '2', 'cognito-sync-duration-ms': '30' },
    ],
    [
      { item: 'a', trace: { ...trace, requestId: undefined } },
      { 'cognito-sync-attempts': '2', 'cognito-sync-duration-ms': '30' },
    ],
    [{ item: 'a', recovered: true }, { 'cognito-sync-recovered': 'true' }],
    [{ item: 'a', recovered: false }, {}],
    [{ item: 'a', identityId: 'us-east-1:a' }, { 'cognito-sync-identity-id': 'us-east-1:a' }],
    [{ item: 'a' }, {}],
  ])('puts what %j says of the call into headers, as text, and nothing into the body', (envelope, headers) => {
    const body = { Count: 1 };
    const message = messageOf('ListRecords', 'in-1', body, envelope);
    expect(message.body).toEqual({ Count: 1 });
    expect(message.headers).toEqual(headers);
  });

  it('has the same id for the same input, action and item, and for nothing else', () => {
    const id = (action: string, input: string | undefined, item: string, origin?: string) =>
      messageOf(action, input, {}, { item, origin }).id;
    expect(id('A', 'in', '1')).toBe(id('A', 'in', '1'));
    const others = [id('B', 'in', '1'), id('A', 'other', '1'), id('A', 'in', '2'), id('A', 'in', '1', 'elsewhere')];
    expect(new Set([id('A', 'in', '1'), ...others]).size).toBe(5);
    expect(id('A', 'one', '1', 'place')).toBe(id('A', 'two', '1', 'place'));
  });

  it.each([undefined, ''])('has an id of its own without an id of the input (%j)', (inputId) => {
    const [one, two] = [1, 2].map(() => messageOf('A', inputId, {}, { item: '1' }).id);
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    expect(one).not.toBe(two);
  });
});

/** What the runtime makes of a message: its own encryption, and its limit. */
const Encryptor = jest.requireActual<
  new (password: string, iv: string) => { encryptMessageContent(message: unknown, encoding?: 'base64'): Buffer }
>('elasticio-sailor-nodejs/lib/encryptor.js');

describe('largestBodyBytes', () => {
  const rows: [NodeJS.ProcessEnv, number, 'base64' | undefined, number][] = [
    [{}, 10_485_760, 'base64', 2],
    [{ ELASTICIO_NO_SELF_PASSTRHOUGH: 'true' }, 10_485_760, 'base64', 1],
    [{ ELASTICIO_PROTOCOL_VERSION: '2' }, 10_485_760, undefined, 2],
    [{ ELASTICIO_PROTOCOL_VERSION: '2', ELASTICIO_NO_SELF_PASSTRHOUGH: 'true' }, 10_485_760, undefined, 1],
    [{ ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT: '2000000' }, 2_000_000, 'base64', 2],
    [{ ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT: 'many' }, 10_485_760, 'base64', 2],
  ];

  it.each(rows)('with %j fills the runtime’s limit of %d bytes, and not more', (env, limit, encoding, copies) => {
    const encryptor = new Encryptor('password', 'iv=any16_symbols');
    const sizeOf = (bytes: number) => {
      const body = { Value: 'x'.repeat(bytes - '{"Value":""}'.length) };
      const passthrough = copies === 2 ? { step_1: { body } } : {};
      return encryptor.encryptMessageContent(
        { body, headers: {}, id: 'x'.repeat(36), attachments: {}, passthrough },
        encoding,
      ).length;
    };
    const largest = largestBodyBytes(env);
    expect(sizeOf(largest)).toBeLessThanOrEqual(limit);
    expect(sizeOf(largest + 10_000)).toBeGreaterThan(limit);
  });

  it('is without bound where the runtime stores large bodies elsewhere', () => {
    expect(largestBodyBytes({ ELASTICIO_EMIT_LIGHTWEIGHT_MESSAGE: 'true' })).toBe(Infinity);
  });
});

describe('refuseOversize', () => {
  const large = { Value: 'ü'.repeat(2_000_000) };
  const unmeasured = {
    toJSON: () => {
      throw new Error('measured');
    },
  };

  it.each([
    ['a body known to be small, without measuring it', unmeasured, 500_000, {}],
    [
      'a body that fits whatever its characters are, without measuring it',
      unmeasured,
      Math.floor(largestBodyBytes({}) / 3),
      {},
    ],
    ['a body that fits', large, 4_000_000, { ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT: '20000000' }],
    ['a body that fits after all', { Value: '' }, Infinity, {}],
    ['any body where the runtime stores it elsewhere', large, Infinity, { ELASTICIO_EMIT_LIGHTWEIGHT_MESSAGE: 'true' }],
  ])('lets %s pass', (_, body, length, env) => {
    expect(() => refuseOversize('ListRecords', body, length, env)).not.toThrow();
  });

  it('refuses a body over the limit, in bytes of UTF-8, with advice', () => {
    const error = thrownBy(() => refuseOversize('ListRecords', large, 2_000_012, {}));
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error.message).toBe(
      `ListRecords: InvalidInput: the message to emit has 4000012 bytes, and this step can send ${largestBodyBytes({})}: set «Emit Behavior» to one message per page or per item, or lower MaxResults`,
    );
  });
});

it('an error as a message stays below what the runtime sends, however large its input is', () => {
  const error = new ConnectorError('X', { operation: 'A', message: '😀'.repeat(1_000) });
  for (const length of [1_000, 3_900_000, 9_000_000, 40_000_000]) {
    const body = errorBody(error, { Key: 'k', Records: { a: '\u0001'.repeat(length / 6) } });
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(largestBodyBytes({}));
    expect('inputIsShortened' in body).toBe(length > 3_900_000);
    expect(body.error).toMatchObject({ name: 'X', operation: 'A' });
  }
  expect(errorBody(error, undefined).input).toEqual({});
});
