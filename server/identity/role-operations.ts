import { Violations, type Body } from '../constraints';
import type { Json } from '../json';
import type { PrincipalTagMap, RoleMapping } from '../state/model';
import { poolId, poolOf, type IdentityContext } from './context';

const ARN = { min: 20, max: 2048 };
const ROLE_TYPE = { pattern: /^(un)?authenticated$/ };
const PROVIDER_NAME = { min: 1, max: 128 };
const TYPES = { values: ['Token', 'Rules'] };
const AMBIGUOUS = { values: ['AuthenticatedRole', 'Deny'] };
const CLAIM = { min: 1, max: 64, pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u };
const MATCH_TYPES = { values: ['Equals', 'Contains', 'StartsWith', 'NotEqual'] };
const CLAIM_VALUE = { min: 1, max: 128 };
const PRINCIPAL_TAG = { min: 1, max: 128 };
const PRINCIPAL_TAG_VALUE = { min: 1, max: 256 };

/** Replaces the roles of a pool and their mappings. */
export function setIdentityPoolRoles(context: IdentityContext, body: Body): Json {
  const id = poolId(body);
  const violations = new Violations();
  const roles = body.map('Roles');
  if (!roles) violations.missing('roles');
  for (const [type, arn] of Object.entries(roles ?? {})) {
    violations.text('roles.key', type, ROLE_TYPE);
    violations.text(`roles.${type}.member`, arn, ARN);
  }
  const mappings = body.object('RoleMappings');
  const RoleMappings = Object.fromEntries(
    (mappings?.names() ?? []).map((provider): [string, RoleMapping] => {
      violations.text('roleMappings.key', provider, PROVIDER_NAME);
      return [provider, roleMapping(mappings?.object(provider), `roleMappings.${provider}.member`, violations)];
    }),
  );
  violations.between('roleMappings', Object.keys(RoleMappings).length, 0, 10);
  violations.check();
  const { settings } = poolOf(context, id);
  context.store.commit({ type: 'pool', settings: { ...settings, Roles: roles ?? {}, RoleMappings } });
  return null;
}

export function getIdentityPoolRoles(context: IdentityContext, body: Body): Json {
  const { IdentityPoolId, RoleMappings, Roles } = poolOf(context, poolId(body)).settings;
  return { IdentityPoolId, ...(Object.keys(RoleMappings).length && { RoleMappings }), Roles };
}

function roleMapping(mapping: Body | undefined, shown: string, violations: Violations): RoleMapping {
  const Type = mapping?.text('Type');
  const ambiguous = mapping?.text('AmbiguousRoleResolution');
  violations.text(`${shown}.type`, Type, TYPES);
  violations.text(`${shown}.ambiguousRoleResolution`, ambiguous, AMBIGUOUS);
  const rules = mapping?.object('RulesConfiguration')?.objects('Rules');
  if (Type === 'Rules' && !rules) violations.missing(`${shown}.rulesConfiguration.rules`);
  if (rules) violations.between(`${shown}.rulesConfiguration.rules`, rules.length, 1, 400);
  const Rules = rules?.map((rule, i) => {
    const at = `${shown}.rulesConfiguration.rules.${i + 1}.member`;
    const member = (name: string, constraint: object) => {
      const value = rule.text(name);
      violations.text(`${at}.${name.charAt(0).toLowerCase()}${name.slice(1)}`, value, constraint);
      return value ?? '';
    };
    return {
      Claim: member('Claim', CLAIM),
      MatchType: member('MatchType', MATCH_TYPES),
      RoleARN: member('RoleARN', ARN),
      Value: member('Value', CLAIM_VALUE),
    };
  });
  return {
    AmbiguousRoleResolution: ambiguous ?? '',
    ...(Rules && { RulesConfiguration: { Rules } }),
    Type: Type ?? '',
  };
}

export function setPrincipalTagAttributeMap(context: IdentityContext, body: Body): Json {
  const id = poolId(body);
  const tags = body.map('PrincipalTags') ?? {};
  const violations = new Violations();
  violations.between('principalTags', Object.keys(tags).length, 0, 50);
  for (const [tag, attribute] of Object.entries(tags)) {
    violations.text('principalTags.key', tag, PRINCIPAL_TAG);
    violations.text(`principalTags.${tag}.member`, attribute, PRINCIPAL_TAG_VALUE);
  }
  const provider = providerName(body, violations);
  const { settings } = poolOf(context, id);
  const map: PrincipalTagMap = { UseDefaults: body.flag('UseDefaults') ?? false, PrincipalTags: tags };
  const principalTags = { ...settings.principalTags, [provider]: map };
  context.store.commit({ type: 'pool', settings: { ...settings, principalTags } });
  return { IdentityPoolId: id, IdentityProviderName: provider, ...map };
}

/** A provider whose map was never set uses the defaults. */
export function getPrincipalTagAttributeMap(context: IdentityContext, body: Body): Json {
  const id = poolId(body);
  const provider = providerName(body, new Violations());
  const { principalTags } = poolOf(context, id).settings;
  const map = Object.hasOwn(principalTags, provider) ? principalTags[provider] : undefined;
  return { IdentityPoolId: id, IdentityProviderName: provider, ...(map ?? { UseDefaults: true, PrincipalTags: {} }) };
}

function providerName(body: Body, violations: Violations): string {
  const name = body.text('IdentityProviderName');
  violations.text('identityProviderName', name, PROVIDER_NAME);
  violations.check();
  return name ?? '';
}
