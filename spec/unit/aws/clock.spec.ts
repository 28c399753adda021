import { suggestedOffset } from '../../../lib/aws/clock';

const NOW = Date.UTC(2026, 0, 31, 9, 30);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const refusalOf = (date: string | undefined) => ({
  status: 403,
  headers: date === undefined ? {} : { date },
  body: '',
});

describe('a refusal’s Date', () => {
  it.each([
    ['4 minutes off is no reason for a refusal', 4 * MINUTE, undefined],
    ['more than 4 minutes ahead is what our clock lacks', 4 * MINUTE + 1_000, 4 * MINUTE + 1_000],
    ['more than 4 minutes behind is what our clock is ahead', -4 * MINUTE - 1_000, -4 * MINUTE - 1_000],
    ['a day off is the most that is believed', DAY, DAY],
    ['more than a day off is not believed', DAY + 1_000, undefined],
  ])('%s', (_, offMs, offset) => {
    expect(suggestedOffset(refusalOf(new Date(NOW + offMs).toUTCString()), NOW, NOW)).toBe(offset);
  });

  it.each([undefined, '', 'yesterday'])('%j says nothing', (date) => {
    expect(suggestedOffset(refusalOf(date), NOW, NOW)).toBeUndefined();
  });

  it('that agrees with the time that was signed for is no reason, whatever our clock says', () => {
    const theirs = NOW + 60 * MINUTE;
    expect(suggestedOffset(refusalOf(new Date(theirs).toUTCString()), theirs, NOW)).toBeUndefined();
  });
});
