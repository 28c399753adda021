import { percentEncode } from '../../../lib/aws/http';
import { invalidResponse } from '../../../lib/aws/error-response';
import { redaction } from '../../../lib/aws/redact';
import { keys, ok, refusal, rejection, scripted, type Outcome } from './scripted';
import { fc } from '../../support/random';

const temporary = { ...keys, accessKeyId: 'ASIAEXAMPLE', sessionToken: 'IQoJb3JpZ2luX2VjE+/Q==' };
const value = 'Ada said "hi" & left';

/** What AWS says of a wrong signature: the canonical request, with the token, and the string to sign. */
const explained = (token: string) =>
  [
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    '',
    'The Canonical String for this request should have been',
    `'GET\n/identitypools\n\nhost:x\nx-amz-date:20260131T093000Z\nx-amz-security-token:${token}\n\nhost;x-amz-date\nabcdef'`,
    '',
    'The String-to-Sign should have been',
    "'AWS4-HMAC-SHA256\n20260131T093000Z'",
  ].join('\n');

const says = (message: string, status = 400): Outcome => ({
  ...refusal('InvalidParameterException', status),
  body: JSON.stringify({ message }),
});
const html = (body: string): Outcome => ({ status: 502, headers: {}, body });

/** The error of a call whose answer is `outcome`, and everything that a log could show of it. */
async function shown(outcome: Outcome, confidential: readonly string[] = []) {
  const world = scripted([outcome]);
  const error = await rejection(
    world.perform({ idempotent: false, credentials: { current: () => temporary }, confidential: () => confidential }),
  );
  const all = [error.message, error.stack, JSON.stringify(error), ...world.lines].join('\n');
  return { error, all, request: world.sent[0]!, lines: world.lines };
}

it('the canonical request that AWS explains a wrong signature with is left out', async () => {
  const { error, all } = await shown({
    ...refusal('InvalidSignatureException', 403),
    body: JSON.stringify({ message: explained(temporary.sessionToken) }),
  });
  expect(error.message).toBe(
    'ListRecords: InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. (HTTP 403, request id r-no)',
  );
  expect(all).not.toContain(temporary.sessionToken);
  expect(all).not.toContain('AWS4-HMAC-SHA256');
});

it.each([
  ['the secret access key', temporary.secretAccessKey],
  ['the session token', temporary.sessionToken],
  ['a confidential text', value],
])('%s is hidden when AWS repeats it', async (_, secret) => {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), percentEncode(secret)];
  for (const form of forms) {
    for (const outcome of [
      says(
        `1 validation error detected: Value '${form}' at 'recordPatches.1.member.value' failed to satisfy constraint`,
      ),
      refusal('X', 400, { 'x-amzn-errormessage': form }),
      html(`<p>${form}</p>`),
      // The quotation ends in the middle of it.
      html(`<p>${'x'.repeat(110)}${form}</p>`),
      { status: 403, headers: {}, body: JSON.stringify({ message: form }) },
      { status: 403, headers: {}, body: `<Error><Code>X</Code><Message>${form}</Message></Error>` },
      { status: 403, headers: {}, body: `{"message":"${form}` },
    ]) {
      const { all } = await shown(outcome, [value]);
      expect(all).not.toContain(secret);
      expect(all).not.toContain(secret.slice(0, 10));
    }
  }
});

it('the signature is hidden when AWS repeats it', async () => {
  let signature = '';
  const { error, all } = await shown((request) => {
    signature = request.headers['authorization']!.split('Signature=')[1]!;
    return {
      ...refusal('IncompleteSignatureException'),
      body: JSON.stringify({ message: `Signature=${signature} is wrong` }),
    };
  });
  expect(signature).toMatch(/^[0-9a-f]{64}$/);
  expect(error.message).toContain('Signature=[hidden] is wrong');
  expect(all).not.toContain(signature);
});

it('a given signature and its token are hidden as well, however their headers are spelt', async () => {
  const world = scripted([says('abcdef0123456789 and token-of-the-caller')]);
  const headers = {
    Authorization: 'AWS4-HMAC-SHA256 Credential=A/B, Signature=abcdef0123456789',
    'X-Amz-Security-Token': 'token-of-the-caller',
  };
  const error = await rejection(world.perform({ credentials: { headers } }));
  expect(error.message).toContain('InvalidParameterException: [hidden] and [hidden]');
});

it('an error holds nothing of the request', async () => {
  const { error } = await shown(says('no'));
  expect(Object.keys(error).sort()).toEqual([
    'name',
    'operation',
    'requestId',
    'retry',
    'retryAfterMs',
    'status',
    'text',
  ]);
});

it('the log line holds no body and no header', async () => {
  const world = scripted([{ ...ok, body: '{"Records":[{"Value":"Ada"}]}' }]);
  const request = {
    method: 'POST',
    target: '/x?syncSessionToken=t0ken',
    headers: { 'content-type': 'application/json' },
    body: '{"Value":"Grace"}',
  } as const;
  await world.perform({ request, credentials: { current: () => temporary } });
  expect(world.lines.join()).not.toMatch(/Ada|Grace|t0ken|AWS4|ASIA|Value/);
});

describe('redaction', () => {
  it.each([
    [['secret'], 'a secret b secret', 'a [hidden] b [hidden]'],
    [['abc'], 'abc', 'abc'],
    [['abcd', 'abcdef'], 'abcdef abcd', '[hidden] [hidden]'],
    [['abcdef', 'abcd'], 'abcdef abcd', '[hidden] [hidden]'],
    [['hidden'], 'hidden', '[hidden]'],
    [['$&$1'], 'x$&$1', 'x[hidden]'],
    [['a+b/'], '?token=a%2Bb%2F', '?token=[hidden]'],
    [['"a"&'], '&quot;a&quot;&amp;', '[hidden]'],
    [["<'b'>"], '&lt;&#39;b&#39;&gt;', '[hidden]'],
    [['line\nbreak'], '"line\\nbreak"', '"[hidden]"'],
    [['half\ud800'], 'half\ud800', '[hidden]'],
    [[undefined, ''], 'text', 'text'],
    [[], 'text', 'text'],
  ])('with %j turns %j into %j', (confidential, text, redacted) => {
    expect(redaction(confidential)(text)).toBe(redacted);
  });

  it('leaves nothing of any text from 4 characters up', () => {
    const secret = fc.string({ minLength: 4, unit: 'grapheme' }).map((text) => `§${text}§`);
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { maxLength: 6 }),
        (secrets, filling) => {
          const text = filling.map((each, index) => each + secrets[index % secrets.length]).join(' ');
          const redacted = redaction(secrets)(text);
          for (const each of secrets) expect(redacted).not.toContain(each);
        },
      ),
    );
  });

  it('leaves nothing of a record that AWS repeats in whatever form', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 3, unit: 'grapheme' }), fc.nat(130), async (text, at) => {
        const secret = `§${text.trim()}§¶§`;
        const filling = '-'.repeat(at);
        for (const outcome of [
          says(filling + secret),
          says(filling + JSON.stringify(secret)),
          html(`<p>${filling}${secret}`),
        ]) {
          expect((await shown(outcome, [secret])).all).not.toContain('§');
        }
      }),
    );
  });
});

describe('a credential or a token in any form that a server may send back', () => {
  const secret = temporary.sessionToken + 'a/Long+Enough=Token/With<Everything>&"More"';
  const credentials = { current: () => ({ ...temporary, sessionToken: secret }) };
  const base64 = (before: string) => Buffer.from(`${before}${secret}`).toString('base64');
  const forms: [string, string][] = [
    ['as it is', secret],
    ['in lower case', secret.toLowerCase()],
    ['in upper case', secret.toUpperCase()],
    ['percent-encoded', percentEncode(secret)],
    ['percent-encoded in lower case', percentEncode(secret).toLowerCase()],
    ['escaped in JSON', JSON.stringify(secret)],
    ['with its slashes escaped', secret.replaceAll('/', '\\/')],
    ['with code points', secret.replace(/[&<>+/=]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)],
    [
      'in HTML',
      secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ],
    ['in base64', base64('')],
    ['in base64, one byte later', base64('.')],
    ['in base64, two bytes later', base64('..')],
    ['in base64 for addresses', base64('').replaceAll('+', '-').replaceAll('/', '_')],
    ['its first 20 characters', secret.slice(0, 20)],
    ['its last 20 characters', secret.slice(-20)],
    ['its last 12 characters', secret.slice(-12)],
    ['12 characters of its middle', secret.slice(20, 32)],
  ];
  const places: [string, (form: string) => Outcome][] = [
    ['the message', (form) => says(`no ${form}`)],
    ['a page', (form) => html(`<p>${form}`)],
    ['a page, cut off in its middle', (form) => html(`${'x'.repeat(105)}${form}`)],
    ['the header of the message', (form) => ({ ...refusal('X', 400, { 'x-amzn-errormessage': form }), body: '' })],
    ['the request id', (form) => ({ ...refusal('X'), headers: { 'x-amzn-errortype': 'X', 'x-amzn-requestid': form } })],
    ['the name', (form) => ({ ...refusal(form.replace(/\W/g, '')), body: '' })],
    ['a broken success', (form) => ({ status: 200, headers: { 'content-type': form }, body: form })],
  ];
  it.each(forms.flatMap(([title, form]) => places.map(([place, make]) => [title, place, form, make] as const)))(
    '%s in %s is shown to nobody',
    async (_title, _place, form, make) => {
      const world = scripted([make(form)]);
      const decode = (response: typeof ok) => {
        throw invalidResponse('ListRecords', response);
      };
      const error = await rejection(world.perform({ idempotent: false, credentials, decode }));
      const all = [error.message, error.stack, JSON.stringify(error), ...world.lines].join('\n').toLowerCase();
      // Nothing of 12 characters, which a name of a header or an exception does not share with it.
      for (let at = 0; at + 12 <= form.length; at++) {
        const part = form.slice(at, at + 12).toLowerCase();
        if (/^[^ ]+$/.test(part)) expect(all).not.toContain(part);
      }
    },
  );
});
