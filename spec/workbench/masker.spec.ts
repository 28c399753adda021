import { Masker } from '../../workbench/child/masker';

const masker = (names = {}) => {
  const named: Record<string, string> = {};
  const made = new Masker(names, (name, token) => (named[name] = token));
  return { made, named };
};

describe('the masker of a run', () => {
  it.each([
    ['a credential', { secretAccessKey: 'canary-1', sessionToken: 'canary-2' }],
    ['credentials that Cognito Identity vended', { Credentials: { SecretKey: 'canary-1', SessionToken: 'canary-2' } }],
    ['a token of an identity', { Token: 'canary-1', IdentityId: 'us-east-1:1' }],
    ['tokens of login providers', { Logins: { 'accounts.google.com': 'canary-1' } }],
    ['members of a predecessor', { 'X-Amz-Signature': 'canary-1', 'X-Amz-Security-Token': 'canary-2' }],
    ['entries of a list', { list: [{ SecretKey: 'canary-1' }] }],
  ])('masks the secrets of %s wherever they stand', (_, value) => {
    const { made } = masker();
    made.learn(value);
    const everywhere = { copy: value, text: 'before canary-1 canary-2 after', list: ['canary-1'] };
    expect(JSON.stringify(made.value(everywhere))).not.toContain('canary-1');
    expect(made.text(JSON.stringify(value))).not.toMatch(/canary/);
  });

  it.each([
    [
      'an answer of STS',
      '<Credentials><SecretAccessKey>canary-1</SecretAccessKey><SessionToken>canary-2</SessionToken>',
    ],
    ['a form', 'Action=AssumeRoleWithWebIdentity&WebIdentityToken=canary-1&RoleArn=x'],
    ['the token of a bearer', 'POST / HTTP/1.1\r\nAuthorization: Bearer canary-1\r\nhost: x'],
    ['headers', 'GET / HTTP/1.1\r\nx-amz-security-token: canary-1\r\nhost: x'],
    ['an address with a signature', '/?X-Amz-Signature=canary-1&X-Amz-Date=1'],
    ['JSON', '{"Credentials":{"SecretKey":"canary-1"}}'],
    ['JSON that broke off', '{"Credentials":{"SecretKey":"canary-1","SessionToken":"canary-2","Expi'],
  ])('finds the secrets in %s', (_, text) => {
    const { made } = masker();
    made.learnText(text);
    expect(made.text(text)).not.toMatch(/canary/);
    expect(made.text('canary-1')).toBe('[hidden]');
  });

  it('masks a signature, and leaves the rest of the header to be read', () => {
    const { made } = masker();
    const header = `authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131, Signature=${'ab'.repeat(32)}`;
    made.learnText(header);
    expect(made.text(header)).toBe(
      'authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131, Signature=[hidden]',
    );
  });

  it('masks a secret in the forms that text takes: JSON, percent-encoding, HTML', () => {
    const { made } = masker();
    made.add('a/"canary&"');
    for (const form of ['a/\\"canary&\\"', 'a%2F%22canary%26%22', 'a/&quot;canary&amp;&quot;']) {
      expect(made.text(form)).toBe('[hidden]');
    }
  });

  it('does not break a value whose secret looks like JSON', () => {
    const { made } = masker();
    made.add('true');
    expect(made.value({ flag: true, text: 'true' })).toEqual({ flag: true, text: '[hidden]' });
  });

  it('masks the whole of a sync session token that holds a secret', () => {
    const { made } = masker();
    made.add('canary');
    made.learn({ SyncSessionToken: 'token-with-canary-inside' });
    expect(made.text('token-with-canary-inside')).toBe('[SyncSessionToken 1]');
  });

  it('gives a sync session token a name, and the token back for the name', () => {
    const { made, named } = masker();
    made.learn({ SyncSessionToken: 'canary-token' });
    expect(made.value({ SyncSessionToken: 'canary-token' })).toEqual({ SyncSessionToken: '[SyncSessionToken 1]' });
    expect(named).toEqual({ '[SyncSessionToken 1]': 'canary-token' });
    const next = masker(named).made;
    expect(next.unmask({ SyncSessionToken: '[SyncSessionToken 1]' })).toEqual({ SyncSessionToken: 'canary-token' });
    next.learn({ SyncSessionToken: 'another-token' });
    expect(next.text('another-token')).toBe('[SyncSessionToken 2]');
  });
});
