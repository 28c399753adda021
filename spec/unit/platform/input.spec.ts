import { ownerOf } from '../../../lib/platform/owner';
import { connectionOf } from '../../../lib/platform/connection';
import { inputOf, presentable } from '../../../lib/platform/input';

it.each([undefined, null])('a body of %j leaves the fields of the step', (body) => {
  expect(inputOf('A', body, { DatasetName: 'chosen' })).toEqual({ DatasetName: 'chosen' });
});

it.each([['text'], [7], [['a list']]])('a body of %j is refused', (body) => {
  expect(() => inputOf('A', body, {})).toThrow(
    'A: InvalidInput: the message body must be an object with the members of the operation',
  );
});

it.each([['text'], [null], [['a list']]])('%j, which holds no tokens, is shown as it is', (body) => {
  expect(presentable(body)).toEqual(body);
});

it.each<[string, object | undefined]>([
  ['guest', { guest: true }],
  ['accessKey', undefined],
])('Logins without an entry name nobody: the owner of a credential with authoriseAs %s is %j', (authoriseAs, owner) => {
  expect(ownerOf('A', { Logins: {} }, connectionOf({ region: 'us-east-1', authoriseAs }, 'A'))).toEqual(owner);
});
