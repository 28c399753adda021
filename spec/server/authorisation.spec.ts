import * as sdk from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { rawSigned, refusal, syncClient, type Keys } from '../support/server';

const INPUT = { ...DATASET, DeviceId: 'd', Platform: 'GCM', Token: 't', Events: {}, SyncSessionToken: 'x' };
const OTHER = 'us-east-1:ffffffff-0000-4000-8000-000000000000';

const OPERATIONS = {
  developer: [
    'BulkPublish',
    'DescribeIdentityPoolUsage',
    'GetBulkPublishDetails',
    'GetCognitoEvents',
    'GetIdentityPoolConfiguration',
    'ListIdentityPoolUsage',
    'SetCognitoEvents',
    'SetIdentityPoolConfiguration',
  ],
  identity: ['RegisterDevice', 'SubscribeToDataset', 'UnsubscribeFromDataset'],
  either: ['DeleteDataset', 'DescribeDataset', 'DescribeIdentityUsage', 'ListDatasets', 'ListRecords', 'UpdateRecords'],
};
const ALL = Object.values(OPERATIONS).flat();

let server: LocalServer;
let own: Keys;
beforeAll(async () => {
  server = await localServer();
  own = server.control.vend(POOL, IDENTITY);
});
afterAll(() => server.stop());

/** What a call with these credentials is refused for, undefined when it is let in (whatever it comes to). */
async function outcome(operation: string, keys: Keys, input: object = {}): Promise<string | undefined> {
  const Command = Object.entries(sdk).find(([name]) => name === `${operation}Command`)?.[1] as new (
    input: object,
  ) => sdk.ListRecordsCommand;
  const call = syncClient(server, keys).send(new Command({ ...INPUT, ...input }));
  const name = await call.then(
    () => undefined,
    (error: unknown) => (error as Error).name,
  );
  return name === 'NotAuthorizedException' || name === 'AccessDeniedException' ? name : undefined;
}

it('knows all 17 operations', () => {
  expect(new Set(ALL).size).toBe(17);
});

describe('developer credentials', () => {
  it.each([...OPERATIONS.developer, ...OPERATIONS.either])('may %s', async (operation) => {
    expect(await outcome(operation, KEYS)).toBeUndefined();
  });
  it.each(OPERATIONS.identity)('may not %s', async (operation) => {
    expect(await outcome(operation, KEYS)).toBe('NotAuthorizedException');
  });
});

describe("an identity's credentials", () => {
  it.each([...OPERATIONS.identity, ...OPERATIONS.either])('may %s for the identity', async (operation) => {
    expect(await outcome(operation, own)).toBeUndefined();
  });
  it.each(OPERATIONS.developer)('may not %s', async (operation) => {
    expect(await outcome(operation, own)).toBe('NotAuthorizedException');
  });
  it.each([...OPERATIONS.identity, ...OPERATIONS.either])(
    'may not %s for another identity, or in another pool',
    async (operation) => {
      expect(await outcome(operation, own, { IdentityId: OTHER })).toBe('NotAuthorizedException');
      expect(await outcome(operation, own, { IdentityPoolId: OTHER })).toBe('NotAuthorizedException');
    },
  );
});

describe('a key that IAM refuses operations', () => {
  const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

  it.each(ALL)('is refused %s, by name or by *', async (operation) => {
    server.control.addKey({ ...key, deny: [operation] });
    expect(await outcome(operation, key)).toBe('AccessDeniedException');
    server.control.deny(key.accessKeyId, ['*']);
    expect(await outcome(operation, key)).toBe('AccessDeniedException');
  });

  it('may do the rest', async () => {
    server.control.addKey({ ...key, deny: ['ListRecords'] });
    expect(await outcome('ListDatasets', key)).toBeUndefined();
  });

  it('is told by whom, what and on what', async () => {
    server.control.addKey({ ...key, deny: ['*'] });
    const said = async (command: sdk.ListRecordsCommand) => refusal(syncClient(server, key).send(command));
    const arn = 'arn:aws:cognito-sync:us-east-1:123456789012:identitypool';
    expect(await said(new sdk.ListIdentityPoolUsageCommand({}) as unknown as sdk.ListRecordsCommand)).toEqual({
      name: 'AccessDeniedException',
      status: 403,
      message: `User: arn:aws:iam::123456789012:user/AKIDEXAMPLE is not authorized to perform: cognito-sync:ListIdentityPoolUsage on resource: ${arn}/null because no identity-based policy allows the cognito-sync:ListIdentityPoolUsage action`,
    });
    expect((await said(new sdk.ListRecordsCommand(DATASET))).message).toContain(
      `${arn}/${POOL}/identity/${IDENTITY}/dataset/profile`,
    );
  });
});

describe('a target that is no operation', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/identitypool'],
    ['GET', '/identitypools/p/identities'],
    ['GET', '/identitypools/p/identity/i/device'],
    ['POST', '/identitypools/p/identities/i/device'],
    ['POST', '/identitypools/p/getbulkpublishdetails'],
    ['PUT', '/identitypools/p/events'],
    ['GET', '/identitypools/p/identities/i/datasets/d/records/'],
  ])('%s %s is unknown', async (method, target) => {
    const { status, headers } = await rawSigned(server, method, target);
    expect([status, headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
  });

  it.each(['/identitypools//events', '/identitypools/p%20q/events', `/identitypools/${'a'.repeat(60)}%3A0/events`])(
    '%s has a label that no pool can have',
    async (target) => {
      const { status, headers, body } = await rawSigned(server, 'GET', target);
      expect([status, headers['x-amzn-errortype']]).toEqual([400, 'InvalidParameterException']);
      expect(body).toContain("'identityPoolId' failed to satisfy constraint");
    },
  );
});
