import { isoDate } from '../../../lib/aws/iso-date';
import { fc } from '../../support/random';

it('writes every date as Date does', () => {
  const ms = fc.oneof(fc.integer({ min: -8_640_000, max: 8_640_000_000 }), fc.integer({ min: -8.64e15, max: 8.64e15 }));
  fc.assert(
    fc.property(ms, (value) => isoDate(value / 1000) === new Date(Math.round((value / 1000) * 1000)).toISOString()),
  );
});

it('writes the days around the end of February as Date does, in every year that it counts by itself', () => {
  const wrong: string[] = [];
  for (let year = 1970; year <= 9999; year++) {
    for (let day = -1; day <= 2; day++) {
      const ms = Date.UTC(year, 2, day, 23, 59, 59, 999);
      if (isoDate(ms / 1000) !== new Date(ms).toISOString()) wrong.push(new Date(ms).toISOString());
    }
  }
  expect(wrong).toEqual([]);
});

it.each([
  [253_402_300_799.999, '9999-12-31T23:59:59.999Z'],
  [1.70057487574e9, '2023-11-21T13:54:35.740Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  [-0.001, '1969-12-31T23:59:59.999Z'],
  [253_402_300_800, '+010000-01-01T00:00:00.000Z'],
])('%d is %s', (seconds, text) => {
  expect(isoDate(seconds)).toBe(text);
});

it.each([8.64e12 + 1, Infinity, NaN])('leaves %d, which is no date, as it is', (seconds) => {
  expect(isoDate(seconds)).toBe(seconds);
});
