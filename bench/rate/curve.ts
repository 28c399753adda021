import type { Course } from './container';

/** Calls sent each second while the service throttles all of them for a while, as SVG; the scale is logarithmic. */

const WIDTH = 640;
const HEIGHT = 300;
const MARGIN = { left: 60, right: 20, top: 40, bottom: 45 };
const COLOURS = ['#2f6fde', '#d9822b'];

interface Storm extends Course {
  readonly client: string;
  readonly from: number;
  readonly until: number;
  readonly seconds: number;
}

export function curve(storms: readonly Storm[]): string {
  const { from, until, seconds } = storms[0]!;
  const sent = storms.map(({ letIn, throttled }) => letIn.map((count, second) => count + (throttled[second] ?? 0)));
  const decades = Math.ceil(Math.log10(Math.max(...sent.flat())));
  const x = (second: number) => MARGIN.left + (second / seconds) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (count: number) =>
    HEIGHT - MARGIN.bottom - (Math.log10(Math.max(1, count)) / decades) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const rows = Array.from({ length: decades + 1 }, (_, decade) => 10 ** decade).map(
    (count) =>
      `<line x1="${MARGIN.left}" y1="${y(count)}" x2="${WIDTH - MARGIN.right}" y2="${y(count)}" stroke="#ddd"/>` +
      `<text x="${MARGIN.left - 8}" y="${y(count) + 4}" text-anchor="end">${count}</text>`,
  );
  const columns = Array.from({ length: Math.floor(seconds / 10) + 1 }, (_, index) => index * 10).map(
    (second) => `<text x="${x(second)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${second}</text>`,
  );
  const lines = storms.map(({ client }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const points = sent[index]!.map((count, second) => `${x(second + 0.5).toFixed(1)},${y(count).toFixed(1)}`);
    const name = client === 'ours' ? 'the connector' : `${client}, adaptive`;
    return (
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${WIDTH - MARGIN.right - 4}" y="${MARGIN.top + 16 + index * 18}" text-anchor="end" fill="${colour}">${name}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<rect x="${x(from)}" y="${MARGIN.top}" width="${x(until) - x(from)}" height="${HEIGHT - MARGIN.top - MARGIN.bottom}" fill="#f6e8e8"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="14">Calls sent each second; every call is throttled from second ${from} to ${until}</text>`,
    ...rows,
    ...columns,
    ...lines,
    `<text x="${(WIDTH + MARGIN.left) / 2}" y="${HEIGHT - 8}" text-anchor="middle">seconds</text>`,
    '</svg>',
    '',
  ].join('\n');
}
