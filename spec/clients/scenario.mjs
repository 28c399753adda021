/**
 * What every client does against the local server: each operation of Cognito Sync and Cognito Identity once, the enhanced and
 * the classic flow, GetCallerIdentity. It knows no SDK and no Node.js, so that it runs in a browser as well.
 */

const FACEBOOK = 'graph.facebook.com';
const GOOGLE = 'accounts.google.com';
const ROLE = 'arn:aws:iam::123456789012:role/Reader';

/**
 * @param {string} name What the pool is called, and where it is told from those of other clients.
 * @param {(service: 'sync' | 'identity' | 'sts', operation: string, input: object, keys?: object) => Promise<any>} send
 *   Sends one call, with the keys of an identity where some are given.
 */
export async function scenario(name, send) {
  const identity = (operation, input) => send('identity', operation, input);
  const { IdentityPoolId } = await pool(name, identity);
  const Logins = { [FACEBOOK]: 'alice' };
  const { IdentityId } = await identity('GetId', { IdentityPoolId, Logins });
  const which = { IdentityPoolId, IdentityId };
  const developer = (operation, input = {}) => send('sync', operation, { IdentityPoolId, ...input });
  await configuration(developer);

  const { Credentials } = await identity('GetCredentialsForIdentity', { IdentityId, Logins });
  const user = (operation, input) => send('sync', operation, { ...which, ...input }, keysOf(Credentials));
  await data(user);

  const { Token } = await identity('GetOpenIdToken', { IdentityId, Logins });
  const web = { RoleArn: ROLE, RoleSessionName: name, WebIdentityToken: Token };
  const assumed = await send('sts', 'AssumeRoleWithWebIdentity', web);
  const classic = (operation, input) => send('sync', operation, { ...which, ...input }, keysOf(assumed.Credentials));
  await write(classic, 'classic', 'flow', 'classic');

  const { Account } = await send('sts', 'GetCallerIdentity', {});
  same(Account, '123456789012');
  await developers(name, IdentityPoolId, identity);
  await logins(IdentityPoolId, identity);
  await publication(developer);
}

async function pool(name, identity) {
  const settings = { IdentityPoolName: name, AllowUnauthenticatedIdentities: true };
  const { IdentityPoolId } = await identity('CreateIdentityPool', {
    ...settings,
    DeveloperProviderName: 'login.mine',
    IdentityPoolTags: { made: 'here' },
  });
  const SupportedLoginProviders = { [FACEBOOK]: '1', [GOOGLE]: '2' };
  await identity('UpdateIdentityPool', {
    IdentityPoolId,
    ...settings,
    AllowClassicFlow: true,
    SupportedLoginProviders,
  });
  const described = await identity('DescribeIdentityPool', { IdentityPoolId });
  same(described.SupportedLoginProviders[GOOGLE], '2');
  const other = await identity('CreateIdentityPool', { ...settings, IdentityPoolName: `${name} gone` });
  await identity('DeleteIdentityPool', { IdentityPoolId: other.IdentityPoolId });
  const { IdentityPools } = await identity('ListIdentityPools', { MaxResults: 60 });
  same(IdentityPools.filter((each) => each.IdentityPoolName.startsWith(name)).length, 1);

  await identity('SetIdentityPoolRoles', { IdentityPoolId, Roles: { authenticated: ROLE } });
  same((await identity('GetIdentityPoolRoles', { IdentityPoolId })).Roles.authenticated, ROLE);
  const ResourceArn = `arn:aws:cognito-identity:us-east-1:123456789012:identitypool/${IdentityPoolId}`;
  await identity('TagResource', { ResourceArn, Tags: { team: name, gone: 'x' } });
  await identity('UntagResource', { ResourceArn, TagKeys: ['gone'] });
  const { Tags } = await identity('ListTagsForResource', { ResourceArn });
  same([Tags.made, Tags.team, Tags.gone].join(), ['here', name, undefined].join());
  const provider = { IdentityPoolId, IdentityProviderName: GOOGLE };
  await identity('SetPrincipalTagAttributeMap', { ...provider, PrincipalTags: { plan: 'custom:plan' } });
  same((await identity('GetPrincipalTagAttributeMap', provider)).PrincipalTags.plan, 'custom:plan');
  return { IdentityPoolId };
}

async function configuration(developer) {
  const PushSync = { ApplicationArns: ['arn:aws:sns:us-east-1:123456789012:app/GCM/phone'], RoleArn: ROLE };
  const CognitoStreams = { StreamName: 'records', RoleArn: ROLE, StreamingStatus: 'ENABLED' };
  await developer('SetIdentityPoolConfiguration', { PushSync, CognitoStreams });
  same((await developer('GetIdentityPoolConfiguration')).CognitoStreams.StreamName, 'records');
}

/** Lists a dataset, writes one record, and lists it again. */
async function write(user, DatasetName, Key, Value) {
  const { SyncSessionToken, DatasetExists } = await user('ListRecords', { DatasetName });
  same(DatasetExists, false);
  const RecordPatches = [{ Op: 'replace', Key, Value, SyncCount: 0 }];
  const written = await user('UpdateRecords', { DatasetName, SyncSessionToken, RecordPatches });
  same(Number(written.Records[0].SyncCount), 1);
  const { Records } = await user('ListRecords', { DatasetName, LastSyncCount: 0, MaxResults: 10 });
  same(`${Records[0].Key}=${Records[0].Value}`, `${Key}=${Value}`);
}

async function data(user) {
  await write(user, 'profile', 'theme', 'dark: ü 日本 😀');
  await write(user, 'scratch', 'a', '1');
  await user('DeleteDataset', { DatasetName: 'scratch' });
  same((await user('ListDatasets', {})).Datasets.map(({ DatasetName }) => DatasetName).join(), 'profile');
  same(Number((await user('DescribeDataset', { DatasetName: 'profile' })).Dataset.NumRecords), 1);
  same(Number((await user('DescribeIdentityUsage', {})).IdentityUsage.DatasetCount), 1);
  const { DeviceId } = await user('RegisterDevice', { Platform: 'GCM', Token: 'a-token' });
  await user('SubscribeToDataset', { DatasetName: 'profile', DeviceId });
  await user('UnsubscribeFromDataset', { DatasetName: 'profile', DeviceId });
}

async function developers(name, IdentityPoolId, identity) {
  const open = (user) =>
    identity('GetOpenIdTokenForDeveloperIdentity', { IdentityPoolId, Logins: { 'login.mine': user } });
  const { IdentityId: old } = await open('old');
  const { IdentityId } = await open('new');
  const lookUp = (DeveloperUserIdentifier) =>
    identity('LookupDeveloperIdentity', { IdentityPoolId, DeveloperUserIdentifier });
  same((await lookUp('old')).IdentityId, old);
  const provider = { IdentityPoolId, DeveloperProviderName: 'login.mine' };
  const merge = { ...provider, SourceUserIdentifier: 'old', DestinationUserIdentifier: 'new' };
  same((await identity('MergeDeveloperIdentities', merge)).IdentityId, IdentityId);
  same((await lookUp('new')).DeveloperUserIdentifierList.join(), 'new,old');
  await identity('UnlinkDeveloperIdentity', { ...provider, IdentityId, DeveloperUserIdentifier: 'old' });
}

async function logins(IdentityPoolId, identity) {
  const Logins = { [FACEBOOK]: 'carol', [GOOGLE]: 'carol' };
  const { IdentityId } = await identity('GetId', { IdentityPoolId, Logins });
  await identity('UnlinkIdentity', { IdentityId, Logins, LoginsToRemove: [GOOGLE] });
  same((await identity('DescribeIdentity', { IdentityId })).Logins.join(), FACEBOOK);
  const guest = await identity('GetId', { IdentityPoolId });
  await identity('DeleteIdentities', { IdentityIdsToDelete: [guest.IdentityId] });
  const { Identities } = await identity('ListIdentities', { IdentityPoolId, MaxResults: 60, HideDisabled: true });
  same(Identities.length, 3);
}

async function publication(developer) {
  await developer('SetCognitoEvents', {
    Events: { SyncTrigger: 'arn:aws:lambda:us-east-1:123456789012:function:check' },
  });
  same(Object.keys((await developer('GetCognitoEvents')).Events).join(), 'SyncTrigger');
  await developer('BulkPublish');
  same((await developer('GetBulkPublishDetails')).BulkPublishStatus, 'IN_PROGRESS');
  same(Number((await developer('DescribeIdentityPoolUsage')).IdentityPoolUsage.DataStorage) > 0, true);
  const { IdentityPoolUsages } = await developer('ListIdentityPoolUsage', {
    IdentityPoolId: undefined,
    MaxResults: 60,
  });
  same(IdentityPoolUsages.length > 0, true);
}

/** Cognito Identity says SecretKey, STS SecretAccessKey. */
const keysOf = ({ AccessKeyId, SecretKey, SecretAccessKey, SessionToken }) => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretKey ?? SecretAccessKey,
  sessionToken: SessionToken,
});

function same(got, expected) {
  if (got !== expected) throw new Error(`expected ${expected}, got ${got}`);
}
