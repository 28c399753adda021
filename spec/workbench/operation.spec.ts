import { buildRequest } from '../../lib/cognito-sync/request';
import * as operations from '../../lib/cognito-sync/operations';
import type { Operation } from '../../lib/cognito-sync/operation';
import { operationOf } from '../../workbench/child/operation';

const ids = { IdentityPoolId: 'us-east-1:1', IdentityId: 'us-east-1:2', DatasetName: 'a.b', DeviceId: 'd' };

describe('the name of a call', () => {
  it.each(
    (Object.values(operations) as Operation<any, any>[]).map((operation) => [operation.name, operation] as const),
  )('is %s for a request of that operation', (name, operation) => {
    const { method, target, headers, body = '' } = buildRequest(operation, ids);
    expect(operationOf(method, `${target}?maxResults=1`, headers, body)).toBe(name);
  });

  it.each([
    ['ListIdentities', { 'x-amz-target': 'AWSCognitoIdentityService.ListIdentities' }, '{}'],
    ['AssumeRole', { 'content-type': 'application/x-www-form-urlencoded' }, 'Action=AssumeRole&Version=2011-06-15'],
    ['Object storage', {}, '', '/objects'],
    ['POST', {}, ''],
  ])('is %s elsewhere', (name, headers, body, target = '/') => {
    expect(operationOf('POST', target, headers as Record<string, string>, body)).toBe(name);
  });
});
