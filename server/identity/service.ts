import { authorise } from '../callers';
import { quoted, unknownOperation, type ServiceError } from '../errors';
import type { Answer, Exchange, Protocol } from '../http/protocol';
import { stringify } from '../json';
import { verify, type WireRequest } from '../sigv4';
import { Body } from '../constraints';
import type { IdentityContext, IdentityOperation } from './context';
import * as developers from './developer-operations';
import * as logins from './login-operations';
import { checkLogins, loginsOf } from './logins';
import * as pools from './pool-operations';
import * as roles from './role-operations';
import * as tags from './tag-operations';

export const TARGET_PREFIX = 'AWSCognitoIdentityService.';

const SIGNED: Readonly<Record<string, IdentityOperation>> = {
  CreateIdentityPool: pools.createIdentityPool,
  DeleteIdentities: pools.deleteIdentities,
  DeleteIdentityPool: pools.deleteIdentityPool,
  DescribeIdentity: pools.describeIdentity,
  DescribeIdentityPool: pools.describeIdentityPool,
  GetIdentityPoolRoles: roles.getIdentityPoolRoles,
  GetOpenIdTokenForDeveloperIdentity: developers.getOpenIdTokenForDeveloperIdentity,
  GetPrincipalTagAttributeMap: roles.getPrincipalTagAttributeMap,
  ListIdentities: pools.listIdentities,
  ListIdentityPools: pools.listIdentityPools,
  ListTagsForResource: tags.listTagsForResource,
  LookupDeveloperIdentity: developers.lookupDeveloperIdentity,
  MergeDeveloperIdentities: developers.mergeDeveloperIdentities,
  SetIdentityPoolRoles: roles.setIdentityPoolRoles,
  SetPrincipalTagAttributeMap: roles.setPrincipalTagAttributeMap,
  TagResource: tags.tagResource,
  UnlinkDeveloperIdentity: developers.unlinkDeveloperIdentity,
  UntagResource: tags.untagResource,
  UpdateIdentityPool: pools.updateIdentityPool,
};

const UNSIGNED: Readonly<Record<string, IdentityOperation>> = {
  GetCredentialsForIdentity: logins.getCredentialsForIdentity,
  GetId: logins.getId,
  GetOpenIdToken: logins.getOpenIdToken,
  UnlinkIdentity: logins.unlinkIdentity,
};

/** The identity that a request or an answer speaks of. */
const identityOf = (members: unknown): string | undefined => {
  const { IdentityId } = (members ?? {}) as { IdentityId?: unknown };
  return typeof IdentityId === 'string' ? IdentityId : undefined;
};

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const CORS = { 'Access-Control-Allow-Origin': '*' };

/** Cognito Identity, as much of it as clients of Cognito Sync need, in JSON 1.1. */
export class IdentityService implements Protocol {
  constructor(private readonly context: IdentityContext) {}

  open(request: WireRequest): Exchange {
    const operation = String(request.headers['x-amz-target']).slice(TARGET_PREFIX.length);
    const signed = Object.hasOwn(SIGNED, operation) ? SIGNED[operation] : undefined;
    const run = signed ?? (Object.hasOwn(UNSIGNED, operation) ? UNSIGNED[operation] : undefined);
    if (!run) {
      const known = [...Object.keys(SIGNED), ...Object.keys(UNSIGNED)].sort().join(', ');
      throw unknownOperation(`Unknown operation of Cognito Identity: ${quoted(operation)}. Known: ${known}.`);
    }
    return { operation, run: () => this.run(request, operation, run, signed !== undefined) };
  }

  fail(error: ServiceError): Answer {
    // Errors of the caller are 400 in this protocol, apart from throttling.
    const status = error.status > 400 && error.status < 429 ? 400 : error.status;
    const body = JSON.stringify({ __type: error.name, message: error.message });
    return { status, contentType: CONTENT_TYPE, headers: { ...CORS, ...error.headers }, body };
  }

  private async run(request: WireRequest, operation: string, run: IdentityOperation, signed: boolean): Promise<Answer> {
    const body = Body.parse(request.body);
    if (signed) this.checkCaller(request, operation, body);
    const users = await checkLogins(this.context.providers, loginsOf(body));
    const answer = run({ ...this.context, users }, body);
    const identity = identityOf(answer) ?? identityOf(body.all());
    return {
      status: 200,
      contentType: CONTENT_TYPE,
      headers: CORS,
      body: answer === null ? '' : stringify(answer),
      ...(identity !== undefined && { identity }),
    };
  }

  private checkCaller(request: WireRequest, operation: string, body: Body): void {
    const { settings, clock, credentials } = this.context;
    const caller = verify(request, {
      service: 'cognito-identity',
      region: settings.region,
      now: clock.now(),
      maxSkewMs: settings.maxSkewMs,
      skewError: settings.assume.skewError,
      lookUp: credentials.lookUp,
    });
    const poolId = body.text('IdentityPoolId');
    authorise(caller, {
      service: 'cognito-identity',
      operation,
      authorisation: 'developer',
      poolId,
      identityId: undefined,
      resource:
        body.text('ResourceArn') ??
        `arn:aws:cognito-identity:${settings.region}:${settings.accountId}:identitypool/${poolId ?? '*'}`,
    });
  }
}
