import { ConnectorError } from '../../../lib/error';
import { IdentityId, IdentityPoolId, leastInput, read, table, thrownBy } from './inputs';
import { fc, times } from '../../support/random';

const names = Object.keys(table);
const membersOf = (name: string) => Object.entries(table[name]!.members as Record<string, { required: boolean }>);
const operationsWith = (member: string) => names.filter((name) => member in table[name]!.members);
const cases = (rows: Readonly<Record<string, readonly unknown[]>>) =>
  Object.entries(rows).flatMap(([member, values]) =>
    operationsWith(member).flatMap((name) => values.map((value) => [name, member, value] as const)),
  );
const arn = (length: number) => `arn:aws:iam::1:role/${'r'.repeat(length - 20)}`;
const pool = { IdentityPoolId };
const dataset = { IdentityPoolId, IdentityId, DatasetName: 'profile' };
const patch = { Op: 'replace', Key: 'name', SyncCount: 0 };
const update = (fields: object) => ({
  ...dataset,
  SyncSessionToken: 'token',
  RecordPatches: [{ ...patch, ...fields }],
});
const configure = (fields: object) => ({ ...pool, ...fields });

describe('every operation', () => {
  it.each(names)('%s takes the least it requires, unchanged', (name) => {
    expect(read(name, leastInput(name))).toEqual(leastInput(name));
  });

  it.each(names.flatMap((name) => membersOf(name).map(([member, { required }]) => [name, member, required] as const)))(
    '%s takes null, blank and nothing for %s alike (required: %s)',
    (name, member, required) => {
      const others = Object.fromEntries(Object.entries(leastInput(name)).filter(([other]) => other !== member));
      for (const [absent, came] of [
        [undefined, 'nothing'],
        [null, 'nothing'],
        ['', 'blank text'],
      ] as const) {
        const input = { ...others, [member]: absent };
        if (member === 'Events' && absent === '') {
          expect(() => read(name, input)).toThrow(
            'Events is required and must be an object with at most 1 entry, got blank',
          );
        } else if (required) {
          const { message } = thrownBy(() => read(name, input));
          expect(message).toMatch(
            new RegExp(`^${name}: InvalidInput: ${member} is required and must be .+, got ${came}$`),
          );
        } else expect(read(name, input)).toEqual(others);
      }
    },
  );

  it.each(names)('%s refuses a member it does not know, by name, and says which it takes', (name) => {
    const { message } = thrownBy(() => read(name, { ...leastInput(name), IdentityPoolID: 'x' }));
    const known = membersOf(name).map(([member]) => member);
    expect(message).toBe(
      `${name}: InvalidInput: The message body has no member "IdentityPoolID"; it takes ${known.join(', ')}`,
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('refuses the member %s, which every object inherits', (member) => {
    const input = JSON.parse(`{"IdentityPoolId": "${IdentityPoolId}", "${member}": {}}`) as object;
    expect(() => read('BulkPublish', input)).toThrow(`has no member "${member}"`);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    ['text', 'text of 4 characters'],
    ['', 'blank text'],
    [5, 'a number'],
    [true, 'a boolean'],
    [[{}], 'a list of 1'],
  ])('refuses %j as a body', (body, came) => {
    for (const name of names) {
      expect(() => read(name, body)).toThrow(
        `${name}: InvalidInput: The message body must be an object with ${membersOf(name)
          .map(([member]) => member)
          .join(', ')}, got ${came}`,
      );
    }
  });

  it.each(names)('%s throws one class of error, which is never worth a retry', (name) => {
    const error = thrownBy(() => read(name, []));
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({ name: 'InvalidInput', operation: name, retry: 'never', status: undefined });
  });
});

const id54 = `us-east-1:${'0'.repeat(44)}`;

describe('constraints of members at the top', () => {
  it.each(
    cases({
      IdentityPoolId: ['a:-', '_:a', 'us-east-1:0-f', `${id54}f`, 'EU-1:abcdef-0123456789'],
      IdentityId: ['a:-', `${id54}f`],
      DatasetName: ['.a', '...', '-', '_.:-', 'A9', 'd'.repeat(128)],
      DeviceId: ['x', '...', 'a/b', ' ', '\n', 'ü😀', 'd'.repeat(256)],
      MaxResults: [1, 9007199254740991],
      LastSyncCount: [0, 1, 9007199254740991],
      NextToken: ['t', ' ', 'ü'.repeat(5000)],
      SyncSessionToken: ['t', 'a+/=='],
      Platform: ['APNS', 'APNS_SANDBOX', 'GCM', 'ADM'],
      Token: ['t', ' "\\\n'],
      ClientContext: ['!', 'a b', '~'.repeat(3000)],
    }),
  )('%s takes %s %j', (name, member, value) => {
    expect(read(name, { ...leastInput(name), [member]: value })).toEqual({ ...leastInput(name), [member]: value });
  });

  it.each(
    cases({
      IdentityPoolId: [
        'us-east-1',
        ':0',
        'us-east-1:',
        'us-east-1:G',
        'us-east-1:ABC',
        'us.east:0',
        'us-east-1:0\n',
        ' us-east-1:0',
        'us-east-1:0 ',
        'x\nus-east-1:0',
        'us-east-1:0/identities/us-east-1:0',
        `${id54}ff`,
        ' ',
        '.',
        '..',
        7,
        true,
        {},
        [IdentityPoolId],
      ],
      IdentityId: ['us-east-1', `${id54}ff`, 'us-east-1:0\n', '..', '.', ' ', 7, {}],
      DatasetName: [
        '.',
        '..',
        ' ',
        'a b',
        'a/b',
        'ä',
        'a\n',
        '\na',
        'a%2Fb',
        'a?b',
        'a#b',
        'd'.repeat(129),
        7,
        null,
        [],
      ],
      DeviceId: ['.', '..', 'd'.repeat(257), 7, {}, '\ud83d'],
      MaxResults: [
        0,
        -1,
        1.5,
        NaN,
        Infinity,
        '0',
        '1.0',
        '1e3',
        '0x10',
        'ten',
        '9007199254740993',
        2 ** 53,
        true,
        [1],
        {},
      ],
      LastSyncCount: [-1, '-1', 0.5, 'x', true, {}],
      NextToken: [5, {}, [], '\udc00'],
      SyncSessionToken: [5, {}, [], 'a\ud800b'],
      Platform: ['gcm', 'GCM ', 'FCM', 5, ['GCM']],
      Token: [5, {}, [], '\ud83d'],
      ClientContext: ['ü', ' a', 'a ', 'a\nb', 'a\r\nX-Injected: 1', '\t', 5, {}],
      Events: [[], 'arn', 5, true],
    }).filter(([name, member, value]) => !(value === null && !leastInput(name)[member])),
  )('%s refuses %s %j and says what it must be', (name, member, value) => {
    const { message } = thrownBy(() => read(name, { ...leastInput(name), [member]: value }));
    expect(message).toMatch(new RegExp(`^${name}: InvalidInput: ${member} (is required and )?must be [^]+, got [^]+$`));
  });

  it.each(cases({ MaxResults: ['5', ' 5 ', '05', '5\n'], LastSyncCount: ['5', '005'] }))(
    '%s takes %s as text %j, since forms and mappers deliver text',
    (name, member, value) => {
      expect(read(name, { ...leastInput(name), [member]: value })).toEqual({ ...leastInput(name), [member]: 5 });
    },
  );

  it('takes 0 as a count, which is not the same as none', () => {
    expect(read('ListRecords', { ...dataset, LastSyncCount: '0' })).toEqual({ ...dataset, LastSyncCount: 0 });
  });
});

describe('what the message of an error says', () => {
  it.each([
    [
      'DescribeDataset',
      { DatasetName: 'a b' },
      'DatasetName must be a dataset name of 1 to 128 letters, digits, _ . : or -, other than . and .., got "a b"',
    ],
    ['DescribeDataset', { DatasetName: '..' }, 'got ".."'],
    ['DescribeDataset', { DatasetName: 'ü'.repeat(61) }, 'got text of 61 characters'],
    [
      'DescribeDataset',
      { IdentityId: 7 },
      'IdentityId must be an identity id, such as us-east-1:12345678-1234-1234-1234-123456789012, got 7',
    ],
    ['DescribeDataset', { IdentityId: { a: 1 } }, 'got an object'],
    ['ListDatasets', { MaxResults: 0 }, 'MaxResults must be a whole number from 1, got 0'],
    ['ListDatasets', { MaxResults: 'ten' }, 'MaxResults must be a whole number from 1, got "ten"'],
    ['ListDatasets', { MaxResults: true }, 'got true'],
    ['ListRecords', { LastSyncCount: [] }, 'LastSyncCount must be a whole number from 0, got a list of 0'],
    ['RegisterDevice', { Platform: 'FCM' }, 'Platform must be one of APNS, APNS_SANDBOX, GCM, ADM, got "FCM"'],
    ['RegisterDevice', { Token: 5 }, 'Token must be the push token of a device, got a number'],
    ['UpdateRecords', { RecordPatches: 'x' }, 'RecordPatches must be a list, got text of 1 characters'],
    [
      'UpdateRecords',
      { RecordPatches: [patch, null] },
      'RecordPatches[1] must be an object with Op, Key, SyncCount, Value, DeviceLastModifiedDate, got nothing',
    ],
    [
      'UpdateRecords',
      { RecordPatches: [patch, { ...patch, Op: 'add' }] },
      'RecordPatches[1].Op must be one of replace, remove, got "add"',
    ],
    [
      'UpdateRecords',
      { RecordPatches: [{ ...patch, value: 'v' }] },
      'RecordPatches[0] has no member "value"; it takes Op, Key, SyncCount, Value, DeviceLastModifiedDate',
    ],
    [
      'SetIdentityPoolConfiguration',
      { PushSync: { ApplicationArn: 'x' } },
      'PushSync has no member "ApplicationArn"; it takes ApplicationArns, RoleArn',
    ],
    [
      'SetIdentityPoolConfiguration',
      { CognitoStreams: { Stream: 'x' } },
      'CognitoStreams has no member "Stream"; it takes StreamName, RoleArn, StreamingStatus',
    ],
    ['SetCognitoEvents', { Events: { a: 'x', b: 'y' } }, 'Events must be an object with at most 1 entry, got 2'],
    [
      'SetCognitoEvents',
      { Events: { SyncTrigger: 5 } },
      'Events.SyncTrigger must be the ARN of a Lambda function, or blank to remove it, got 5',
    ],
  ])('%s with %j', (name, fields, text) => {
    expect(thrownBy(() => read(name, { ...leastInput(name), ...fields })).message).toContain(text);
  });

  it('passes on an error that is no mismatch, such as a mistake in the program', () => {
    const body = {
      get IdentityPoolId(): string {
        throw new TypeError('mistake');
      },
    };
    expect(() => read('BulkPublish', body)).toThrow(new TypeError('mistake'));
  });

  it('cuts a long unknown name', () => {
    expect(thrownBy(() => read('BulkPublish', { ...pool, ['x'.repeat(5000)]: 1 })).message.length).toBeLessThan(200);
  });
});

describe('RecordPatches', () => {
  it.each([
    {},
    { Op: 'remove' },
    { Key: 'k'.repeat(1024) },
    { Key: ' ' },
    { Value: '' },
    { Value: 'v'.repeat(1_048_575) },
    { Value: '\u0000\u2028"\\' },
    { SyncCount: 9007199254740991 },
  ])('takes %#', (fields) => {
    expect(read('UpdateRecords', update(fields))).toEqual(update(fields));
  });

  it('leaves out null and keeps blank, which is a value of its own', () => {
    expect(read('UpdateRecords', update({ Value: null, DeviceLastModifiedDate: '' }))).toEqual(update({}));
    expect(read('UpdateRecords', update({ Value: '' }))).toEqual(update({ Value: '' }));
  });

  it.each([
    ['Op', ['', null, 'REPLACE', 5]],
    ['Key', ['', null, 'k'.repeat(1025), 5, {}, '\ud800']],
    ['SyncCount', ['', null, -1, 0.5, 'x', true]],
    ['Value', ['v'.repeat(1_048_576), 5, {}, [], true, '\udfff']],
    ['DeviceLastModifiedDate', ['yesterday', {}, true]],
  ])('refuses a wrong %s, naming the patch', (member, values) => {
    for (const value of values) {
      expect(thrownBy(() => read('UpdateRecords', update({ [member]: value }))).message).toMatch(
        new RegExp(`^UpdateRecords: InvalidInput: RecordPatches\\[0\\]\\.${member} (is required and )?must be `),
      );
    }
  });

  it('is a list, an empty one too, and may be absent', () => {
    const input = { ...dataset, SyncSessionToken: 'token' };
    expect(read('UpdateRecords', { ...input, RecordPatches: [] })).toEqual({ ...input, RecordPatches: [] });
    expect(read('UpdateRecords', { ...input, RecordPatches: null })).toEqual(input);
    expect(read('UpdateRecords', { ...input, RecordPatches: patch })).toEqual({ ...input, RecordPatches: [patch] });
  });
});

describe('dates', () => {
  it.each([
    ['2026-01-31T09:30:00Z', Date.UTC(2026, 0, 31, 9, 30) / 1000],
    ['2026-01-31T09:30:00.123Z', Date.UTC(2026, 0, 31, 9, 30, 0, 123) / 1000],
    ['2026-01-31T09:30:00.123456Z', Date.UTC(2026, 0, 31, 9, 30, 0, 123) / 1000],
    ['2026-01-31T09:30:00+02:00', Date.UTC(2026, 0, 31, 7, 30) / 1000],
    ['2026-01-31T09:30:00-0530', Date.UTC(2026, 0, 31, 15, 0) / 1000],
    ['2026-01-31T09:30:00', Date.UTC(2026, 0, 31, 9, 30) / 1000],
    ['2026-01-31T09:30', Date.UTC(2026, 0, 31, 9, 30) / 1000],
    ['2026-01-31', Date.UTC(2026, 0, 31) / 1000],
    ['2024-02-29', Date.UTC(2024, 1, 29) / 1000],
    [' 2026-01-31T09:30:00Z\n', Date.UTC(2026, 0, 31, 9, 30) / 1000],
    ['1970-01-01T00:00:00Z', 0],
    ['9999-12-31T23:59:59Z', 253402300799],
    [0, 0],
    [1700574873, 1700574873],
    [1700574873.059, 1700574873.059],
    [1700574873.0594, 1700574873.059],
    ['1700574873', 1700574873],
    ['1700574873.059', 1700574873.059],
    [253402300799, 253402300799],
  ])('%j is %d epoch seconds', (date, seconds) => {
    expect(read('UpdateRecords', update({ DeviceLastModifiedDate: date }))).toEqual(
      update({ DeviceLastModifiedDate: seconds }),
    );
  });

  it('does not depend on the time zone of the machine', () => {
    const zone = process.env['TZ'];
    try {
      for (const TZ of ['Pacific/Auckland', 'America/Los_Angeles']) {
        process.env['TZ'] = TZ;
        expect(read('UpdateRecords', update({ DeviceLastModifiedDate: '2026-01-31T00:00' }))).toEqual(
          update({ DeviceLastModifiedDate: Date.UTC(2026, 0, 31) / 1000 }),
        );
        expect(read('UpdateRecords', update({ DeviceLastModifiedDate: '2024-02-29' }))).toEqual(
          update({ DeviceLastModifiedDate: Date.UTC(2024, 1, 29) / 1000 }),
        );
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it.each([
    ['1700574873059', 'milliseconds as text'],
    [1700574873059, 'milliseconds'],
    [253402300800, 'later than the year 9999'],
    [-1, 'before 1970'],
    ['1969-12-31T23:59:59Z', 'before 1970'],
    ['-1', 'before 1970'],
    [NaN, 'no number'],
    [Infinity, 'no number'],
    ['2026-02-29', 'no such day'],
    ['2026-02-30T10:00:00Z', 'no such day'],
    ['2026-04-31', 'no such day'],
    ['2026-13-01', 'no such month'],
    ['2026-00-10', 'no such month'],
    ['2026-01-00', 'no such day'],
    ['2026-01-31T25:00:00Z', 'no such hour'],
    ['2026-01-31T09:60:00Z', 'no such minute'],
    ['2026-01-31T09:30:00+99:99', 'no such zone'],
    ['2026-01-31 09:30:00', 'no ISO 8601'],
    ['2026-01-31Z', 'no ISO 8601'],
    ['31.01.2026', 'no ISO 8601'],
    ['01/31/2026', 'no ISO 8601'],
    ['Sat, 31 Jan 2026 09:30:00 GMT', 'no ISO 8601'],
    ['now', 'no date'],
    [' ', 'blank'],
    [true, 'no date'],
    [[1700574873], 'a list'],
  ] as [unknown, string][])('refuses %j: %s', (date) => {
    expect(() => read('UpdateRecords', update({ DeviceLastModifiedDate: date }))).toThrow(
      'RecordPatches[0].DeviceLastModifiedDate must be a date and time in ISO 8601, such as 2026-01-31T09:30:00Z, or epoch seconds, got ',
    );
  });

  it('agrees with Date for every millisecond from 1970 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253402300799000 }), (ms) => {
        expect(read('UpdateRecords', update({ DeviceLastModifiedDate: new Date(ms).toISOString() }))).toEqual(
          update({ DeviceLastModifiedDate: ms / 1000 }),
        );
      }),
    );
  });
});

describe('SetIdentityPoolConfiguration', () => {
  const one = 'arn:aws:sns:us-east-1:123456789012:app/GCM/MyApp';
  const two = 'arn:aws-cn:sns:us-east-1:1:app/APNS_SANDBOX/a.b_c-D';
  const chinese = 'arn:aws:sns:cn-north-1:1:app/ADM/x';

  it.each([
    [[one], [one]],
    [
      [one, chinese],
      [one, chinese],
    ],
    [one, [one]],
    [`${one},${chinese}`, [one, chinese]],
    [` ${one} , ${chinese}\n`, [one, chinese]],
    [`,${one},,`, [one]],
    [[], []],
    [['', one], [one]],
    [',', []],
  ])('reads ApplicationArns %j as a list', (value, list) => {
    expect(read('SetIdentityPoolConfiguration', configure({ PushSync: { ApplicationArns: value } }))).toEqual(
      configure({ PushSync: { ApplicationArns: list } }),
    );
  });

  it.each([
    [[one, two], 'PushSync.ApplicationArns[1] must be the ARN of an SNS platform application'],
    [[`${one} `], 'PushSync.ApplicationArns[0] must be'],
    [[`x${one}`], 'PushSync.ApplicationArns[0] must be'],
    [`${one};${one}`, 'PushSync.ApplicationArns[0] must be'],
    [[one, 5], 'PushSync.ApplicationArns[1] must be'],
    [[one, null], 'PushSync.ApplicationArns[1] must be'],
    [{}, 'PushSync.ApplicationArns must be a list of texts, or one text with commas between them, got an object'],
    [5, 'PushSync.ApplicationArns must be a list of texts'],
  ])('refuses ApplicationArns %j', (value, text) => {
    expect(() => read('SetIdentityPoolConfiguration', configure({ PushSync: { ApplicationArns: value } }))).toThrow(
      text,
    );
  });

  it.each(['PushSync', 'CognitoStreams'])('bounds RoleArn of %s to 20 to 2048 characters', (member) => {
    for (const length of [20, 2048]) {
      const input = configure({ [member]: { RoleArn: arn(length) } });
      expect(read('SetIdentityPoolConfiguration', input)).toEqual(input);
    }
    for (const role of [arn(2049), 'arn:aws:iam::1:role', 'arn:aws:iam::x:role/r', `x${arn(30)}`, `${arn(30)}\nx`, 5]) {
      expect(() => read('SetIdentityPoolConfiguration', configure({ [member]: { RoleArn: role } }))).toThrow(
        `${member}.RoleArn must be a role ARN of 20 to 2048 characters`,
      );
    }
  });

  it.each([
    [{ StreamName: 's' }, true],
    [{ StreamName: 's'.repeat(128) }, true],
    [{ StreamName: 's'.repeat(129) }, false],
    [{ StreamName: 5 }, false],
    [{ StreamingStatus: 'ENABLED' }, true],
    [{ StreamingStatus: 'DISABLED' }, true],
    [{ StreamingStatus: 'enabled' }, false],
    [{}, true],
  ])('CognitoStreams %j is taken: %s', (streams, taken) => {
    const attempt = () => read('SetIdentityPoolConfiguration', configure({ CognitoStreams: streams }));
    if (taken) expect(attempt()).toEqual(configure({ CognitoStreams: streams }));
    else expect(attempt).toThrow(/CognitoStreams\.\w+ must be /);
  });
});

it.each([{}, { SyncTrigger: 'arn:aws:lambda:us-east-1:1:function:f' }, { SyncTrigger: '' }, { Other: 'x' }])(
  'SetCognitoEvents takes the events %j',
  (Events) => {
    expect(read('SetCognitoEvents', { ...pool, Events })).toEqual({ ...pool, Events });
  },
);

describe('secrecy', () => {
  // Marked, so that no part of an error is the same by chance.
  const secret = fc
    .tuple(fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 200 }))
    .map(([one, other]) => `${one}§s3cr3t§${other}`);
  const spoiled = fc.constantFrom<readonly [string, unknown]>(
    ['Op', 'neither'],
    ['SyncCount', -1],
    ['DeviceLastModifiedDate', 'never'],
    ['Unknown', 1],
    ['Value', { nested: true }],
  );

  it('no error shows a key, a value or a token, however wrong the rest is', () => {
    fc.assert(
      fc.property(secret, spoiled, fc.boolean(), (text, [member, wrong], tooLong) => {
        const long = tooLong ? text.padEnd(1_048_576, text) : text;
        const inputs: [string, object][] = [
          ['UpdateRecords', { ...update({ Key: text, Value: text, [member]: wrong }), SyncSessionToken: text }],
          ['UpdateRecords', update({ Key: text.padEnd(1025, text), Value: text })],
          ['UpdateRecords', update({ Value: long, Key: tooLong ? 'k' : [text] })],
          ['UpdateRecords', update({ Value: [text], Key: { text } })],
          ['UpdateRecords', { ...update({}), SyncSessionToken: { token: text } }],
          ['UpdateRecords', { ...update({}), SyncSessionToken: `${text}\ud800` }],
          ['UpdateRecords', { ...update({}), RecordPatches: text }],
          ['UpdateRecords', { ...update({}), RecordPatches: [text] }],
          ['RegisterDevice', { ...leastInput('RegisterDevice'), Token: [text] }],
          ['RegisterDevice', { ...leastInput('RegisterDevice'), Token: text, Platform: 'neither' }],
          ['ListRecords', { ...dataset, NextToken: { text }, SyncSessionToken: text }],
          ['ListRecords', { ...dataset, NextToken: text, SyncSessionToken: [text], MaxResults: 0 }],
        ];
        for (const [name, input] of inputs) {
          const { message, stack } = thrownBy(() => read(name, input));
          expect(message).toContain('InvalidInput');
          expect(`${message}${stack}`).not.toContain('§s3cr3t§');
        }
      }),
      { numRuns: times(50) },
    );
  });
});
