/** Numbers and times as the page writes them. */

export const number = (n: number) => n.toLocaleString('en');

const UNITS = ['bytes', 'KB', 'MB', 'GB'] as const;

/** Bytes in the largest unit that leaves a whole part; pure. */
export function bytes(n: number): string {
  const power = n < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1_000 ** power;
  return `${power === 0 ? number(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** The time of day of an ISO 8601 time, and the day where it is another than today; pure. */
export function time(iso: string, today = new Date().toISOString()): string {
  const [day = '', clock = ''] = iso.split('T');
  const short = clock.slice(0, 12);
  return today.startsWith(day) ? short : `${day} ${short.slice(0, 8)}`;
}
