import { exportInput } from '../../lib/export/input';
import { SetIdentityPoolConfiguration } from '../../lib/cognito-sync/operations';
import { list, oneOf, required, structure, truth, type Shape } from '../../lib/shape';
import { IdentityPoolId, thrownBy } from './cognito-sync/inputs';

it.each([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
])('%j is the truth value %j', (value, expected) => {
  expect(truth.read(value)).toBe(expected);
});

it.each([
  ['yes', 'got "yes"'],
  [1, 'got 1'],
  [{}, 'got an object'],
])('%j is no truth value', (value, got) => {
  expect(thrownBy(() => truth.read(value)).message).toBe(`must be true or false, ${got}`);
});

const patches = list(structure<{ Op: 'replace' | 'remove' }>({ Op: required(oneOf(['replace', 'remove'])) }));

it.each([
  ['a list of one', [{ Op: 'remove' }]],
  ['its lone item, as JSONata unwraps it', { Op: 'remove' }],
])('%s is a list of one', (_, value) => {
  expect(patches.read(value)).toEqual([{ Op: 'remove' }]);
});

it.each([
  [{ Op: 'add' }, 'Op must be one of replace, remove, got "add"'],
  [[{ Op: 'remove' }, { Op: 'add' }], '[1].Op must be one of replace, remove, got "add"'],
  ['remove', 'The message body must be a list, got text of 6 characters'],
  [5, 'The message body must be a list, got a number'],
])('%j is refused by name', (value, sentence) => {
  expect(thrownBy(() => patches.read(value))).toMatchObject({ sentence });
});

it('a lone text is a list of one, and commas part several', () => {
  const { members } = SetIdentityPoolConfiguration;
  const arn = 'arn:aws:sns:us-east-1:123456789012:app/GCM/App';
  for (const ApplicationArns of [[arn], arn, `${arn},`]) {
    expect(members.PushSync.shape.read({ ApplicationArns })).toEqual({ ApplicationArns: [arn] });
  }
});

it('a defect of a shape is not taken for a mismatch', () => {
  const defect = new TypeError('a defect');
  const broken: Shape<never> = {
    expected: 'anything',
    json: { type: 'string' },
    read: () => {
      throw defect;
    },
  };
  expect(thrownBy(() => list(broken).read(['x']))).toBe(defect);
});

it.each([1, 10, ' 4 '])('an export reads %j identities at a time', (Concurrency) => {
  expect(exportInput.read({ IdentityPoolId, Concurrency })).toEqual({
    IdentityPoolId,
    Concurrency: Number(Concurrency),
  });
});
