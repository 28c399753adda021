import { assumedRole } from '../../lib/sts/assume-role';
import { scripted } from './aws/scripted';

/** The answer of AssumeRole, which is XML: whole, and with something missing. */
describe('the credentials of a role', () => {
  const element = (name: string, value: string) => `<${name}>${value}</${name}>`;
  const members = {
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
    SessionToken: 'IQoJb3JpZ2luX2VjE+/Q==',
    Expiration: '2026-01-31T10:30:00Z',
  };
  const answerOf = (given: Partial<typeof members>) => ({
    status: 200,
    headers: { 'x-amzn-requestid': 'r-1' },
    body: `<AssumeRoleResponse><AssumeRoleResult><Credentials>${Object.entries(given)
      .map(([name, value]) => element(name, value))
      .join('\n')}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  });
  let roles = 0;
  const credentialsOf = (body: ReturnType<typeof answerOf>) => {
    const { io, host } = scripted([body]);
    return assumedRole(
      () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
      { roleArn: `arn:aws:iam::123456789012:role/r${roles++}`, roleSessionName: 's' },
      {
        region: 'us-east-1',
        endpoint: { origin: `https://${host}`, host },
        policy: { retries: 0, timeoutMs: 1_000 },
        io,
      },
    ).current();
  };

  it('are read', async () => {
    expect(await credentialsOf(answerOf(members))).toEqual({
      accessKeyId: members.AccessKeyId,
      secretAccessKey: members.SecretAccessKey,
      sessionToken: members.SessionToken,
      expiresMs: Date.parse(members.Expiration),
    });
  });

  it.each(Object.keys(members))('are none without %s, and nothing of the others is shown', async (missing) => {
    for (const value of [undefined, '', 'never a < date']) {
      if (missing !== 'Expiration' && value !== undefined && value !== '') continue;
      const given: Partial<typeof members> = { ...members, [missing]: value };
      if (value === undefined) delete given[missing as keyof typeof members];
      const error = await Promise.resolve(credentialsOf(answerOf(given))).then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(error?.message).toMatch(
        /^AssumeRole: InvalidResponse: expected the credentials of a role, got \d+ characters/,
      );
      for (const shown of Object.values(given).filter(Boolean)) expect(error?.message).not.toContain(shown);
    }
  });
});
