const DAY_MS = 86_400_000;
/** The range of a Date, in ms from the epoch. */
const LAST_DATE_MS = 8.64e15;

const twoDigits = Array.from({ length: 60 }, (_, n) => (n < 10 ? `0${n}` : `${n}`));

let day = NaN;
let dayText = '';
let second = NaN;
let secondText = '';

/** `2026-01-31T09:30:00.`, the beginning of all times within a second, counted from the epoch. */
function beginningOf(epochSecond: number): string {
  const current = Math.floor((epochSecond * 1000) / DAY_MS);
  if (current !== day) {
    day = current;
    const text = new Date(current * DAY_MS).toISOString();
    dayText = text.slice(0, text.indexOf('T') + 1);
  }
  const ofDay = epochSecond - (current * DAY_MS) / 1000;
  const hour = twoDigits[Math.floor(ofDay / 3600)];
  const minute = twoDigits[Math.floor(ofDay / 60) % 60];
  return `${dayText}${hour}:${minute}:${twoDigits[ofDay % 60]}.`;
}

const thousandths: string[] = [];

/** `740Z`, the end of a time within a second. */
const endOf = (ms: number) => (thousandths[ms] ??= `${String(ms).padStart(3, '0')}Z`);

/**
 * Epoch seconds as ISO 8601 with milliseconds, as `Date` writes it; a number outside a Date's range stays as it is. A page of
 * 1,000 records holds 2,000 of them, and `Date#toISOString` would take a third of the whole call; most share their day, and
 * those that were written together their second.
 */
export function isoDate(epochSeconds: number): string | number {
  const ms = Math.round(epochSeconds * 1000);
  if (!(Math.abs(ms) <= LAST_DATE_MS)) return epochSeconds;
  const current = Math.floor(ms / 1000);
  if (current !== second) {
    second = current;
    secondText = beginningOf(current);
  }
  return secondText + endOf(ms - current * 1000);
}
