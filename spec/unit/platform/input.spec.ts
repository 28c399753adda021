import { ownerOf } from '../../../lib/platform/owner';
import { connectionOf } from '../../../lib/platform/connection';
import { inputOf, presentable, presentableWithin } from '../../../lib/platform/input';

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

describe('nesting', () => {
  const nested = (levels: number): unknown => (levels === 1 ? {} : { a: nested(levels - 1) });
  /** Too deep to be made by a function that calls itself. */
  const bottomless = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown;

  it('of 100 levels is taken, of 101 refused by the name of the member', () => {
    expect(inputOf('A', { Records: nested(99) }, {})).toHaveProperty('Records');
    for (const deep of [nested(100), bottomless, [[nested(99)]]]) {
      expect(() => inputOf('A', { Key: 'k', Records: deep }, {})).toThrow(
        'A: InvalidInput: Records is nested over 100 levels deep',
      );
    }
  });

  it('is cut off in what others see', () => {
    expect(presentable({ Key: 'k', Records: bottomless, ActAs: { a: bottomless } })).toEqual({
      Key: 'k',
      Records: '[nested too deep]',
      ActAs: '[nested too deep]',
    });
  });
});

it('a group cannot set the prototype of the message', () => {
  const body = JSON.parse('{"body":{"__proto__":{"DatasetName":"hers"}}}') as object;
  expect(() => inputOf('A', body, {})).toThrow('A: InvalidInput: body has no member "__proto__"');
});

it('no token of a session or a device is shown, at whatever level', () => {
  const secrets = { Token: 't', SyncSessionToken: 't', sessionToken: 't', Logins: {}, Authorization: 't' };
  const hidden = Object.fromEntries(Object.keys(secrets).map((name) => [name, '[hidden]']));
  expect(presentable({ ...secrets, Items: [{ ...secrets, Key: 'k' }], NextToken: 'page' })).toEqual({
    ...hidden,
    Items: [{ ...hidden, Key: 'k' }],
    NextToken: 'page',
  });
});

describe('an input that is passed along with an error', () => {
  const body = { Key: 'k', Value: 'x'.repeat(1_000), Records: { a: 'y'.repeat(5_000) } };

  it('is whole where it fits', () => {
    expect(presentableWithin(body, 7_000)).toEqual({ input: body });
  });

  it('loses its longest members first, and says so', () => {
    expect(presentableWithin(body, 2_000)).toEqual({
      input: { ...body, Records: '[left out: 5008 characters of JSON]' },
      inputIsShortened: true,
    });
    const { input } = presentableWithin(body, 200);
    expect(input).toMatchObject({ Key: 'k', Value: '[left out: 1002 characters of JSON]' });
  });

  it('is named only where nothing else helps', () => {
    const long = { ['n'.repeat(5_000)]: 1 };
    expect(presentableWithin(long, 100)).toEqual({
      input: '[left out: 5006 characters of JSON]',
      inputIsShortened: true,
    });
    expect(presentableWithin('x'.repeat(500), 100)).toEqual({
      input: '[left out: 502 characters of JSON]',
      inputIsShortened: true,
    });
  });
});
