import type { Progress } from '../../protocol';

/** More points than these are thinned out. */
const MAX_POINTS = 400;

/** Every second of too many points, but always the last; pure. */
export const thinned = <Point>(all: readonly Point[]): readonly Point[] =>
  all.length <= MAX_POINTS ? all : all.filter((_, at) => at % 2 === (all.length - 1) % 2);

export interface Rate {
  readonly ms: number;
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Between each point and the one before; pure. */
export function ratesOf(all: readonly Progress[]): readonly Rate[] {
  return all.slice(1).flatMap((point, at) => {
    const last = all[at];
    if (!last || point.ms <= last.ms) return [];
    const seconds = (point.ms - last.ms) / 1_000;
    return [
      {
        ms: point.ms,
        recordsPerSecond: Math.max(0, (point.records - last.records) / seconds),
        bytesPerSecond: Math.max(0, (point.bytes - last.bytes) / seconds),
      },
    ];
  });
}

/** The next round number above: 1, 2 or 5 times a power of ten; pure. */
export function roundedUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
