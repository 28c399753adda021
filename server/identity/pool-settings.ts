import { Violations, type Body } from '../constraints';
import type { Json } from '../json';
import type { CognitoIdentityProvider, PoolSettings } from '../state/model';
import { tagsOf } from './tag-operations';

const POOL_NAME = { min: 1, max: 128, pattern: /^[\w\s+=,.@-]+$/ };
const DEVELOPER_PROVIDER_NAME = { min: 1, max: 128, pattern: /^[\w._-]+$/ };
const PROVIDER_NAME = { min: 1, max: 128 };
const APP_ID = { min: 1, max: 128, pattern: /^[\w.;_/-]+$/ };
const CLIENT_ID = { min: 1, max: 128, pattern: /^[\w_]+$/ };
const USER_POOL = { min: 1, max: 128, pattern: /^[\w._:/-]+$/ };
const ARN = { min: 20, max: 2048 };

/** The members of CreateIdentityPool and UpdateIdentityPool; absent ones have the default. */
export type WantedPool = Pick<
  PoolSettings,
  | 'IdentityPoolName'
  | 'AllowUnauthenticatedIdentities'
  | 'AllowClassicFlow'
  | 'SupportedLoginProviders'
  | 'DeveloperProviderName'
  | 'OpenIdConnectProviderARNs'
  | 'CognitoIdentityProviders'
  | 'SamlProviderARNs'
> & { IdentityPoolTags?: Record<string, string> };

/** @throws ServiceError naming every violation. */
export function wantedPool(body: Body): WantedPool {
  const name = body.text('IdentityPoolName');
  const guests = body.flag('AllowUnauthenticatedIdentities');
  const developer = body.text('DeveloperProviderName');
  const violations = new Violations();
  violations.text('identityPoolName', name, POOL_NAME);
  if (guests === undefined) violations.missing('allowUnauthenticatedIdentities');
  violations.optional('developerProviderName', developer, DEVELOPER_PROVIDER_NAME);
  const apps = body.map('SupportedLoginProviders') ?? {};
  violations.between('supportedLoginProviders', Object.keys(apps).length, 0, 10);
  for (const [provider, app] of Object.entries(apps)) {
    violations.text('supportedLoginProviders.key', provider, PROVIDER_NAME);
    violations.text(`supportedLoginProviders.${provider}.member`, app, APP_ID);
  }
  const tags = tagsOf(body, 'IdentityPoolTags', violations);
  const wanted = {
    IdentityPoolName: name ?? '',
    AllowUnauthenticatedIdentities: guests ?? false,
    AllowClassicFlow: body.flag('AllowClassicFlow') ?? false,
    SupportedLoginProviders: apps,
    DeveloperProviderName: developer ?? null,
    OpenIdConnectProviderARNs: arns(body, 'OpenIdConnectProviderARNs', violations),
    CognitoIdentityProviders: userPools(body, violations),
    SamlProviderARNs: arns(body, 'SamlProviderARNs', violations),
    ...(tags && { IdentityPoolTags: tags }),
  };
  violations.check();
  return wanted;
}

function arns(body: Body, member: 'OpenIdConnectProviderARNs' | 'SamlProviderARNs', violations: Violations): string[] {
  const given = body.texts(member) ?? [];
  const shown = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  given.forEach((arn, i) => violations.text(`${shown}.${i + 1}.member`, arn, ARN));
  return given;
}

function userPools(body: Body, violations: Violations): CognitoIdentityProvider[] {
  return (body.objects('CognitoIdentityProviders') ?? []).map((provider, i) => {
    const [ClientId, ProviderName] = [provider.text('ClientId'), provider.text('ProviderName')];
    const shown = `cognitoIdentityProviders.${i + 1}.member`;
    violations.optional(`${shown}.clientId`, ClientId, CLIENT_ID);
    violations.optional(`${shown}.providerName`, ProviderName, USER_POOL);
    return {
      ClientId: ClientId ?? null,
      ProviderName: ProviderName ?? null,
      ServerSideTokenCheck: provider.flag('ServerSideTokenCheck') ?? false,
    };
  });
}

/** A pool as CreateIdentityPool, DescribeIdentityPool and UpdateIdentityPool answer it. */
export function description(settings: PoolSettings): Json {
  const { CognitoIdentityProviders, OpenIdConnectProviderARNs, SamlProviderARNs } = settings;
  return {
    AllowClassicFlow: settings.AllowClassicFlow,
    AllowUnauthenticatedIdentities: settings.AllowUnauthenticatedIdentities,
    ...(CognitoIdentityProviders.length && {
      CognitoIdentityProviders: CognitoIdentityProviders.map((provider) => ({ ...provider })),
    }),
    ...(settings.DeveloperProviderName !== null && { DeveloperProviderName: settings.DeveloperProviderName }),
    IdentityPoolId: settings.IdentityPoolId,
    IdentityPoolName: settings.IdentityPoolName,
    IdentityPoolTags: settings.IdentityPoolTags,
    ...(OpenIdConnectProviderARNs.length && { OpenIdConnectProviderARNs }),
    ...(SamlProviderARNs.length && { SamlProviderARNs }),
    ...(Object.keys(settings.SupportedLoginProviders).length && {
      SupportedLoginProviders: settings.SupportedLoginProviders,
    }),
  };
}
