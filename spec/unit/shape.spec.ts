import { exportInput } from '../../lib/export/input';
import { list, truth, type Shape } from '../../lib/shape';
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
