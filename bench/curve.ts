import type { Growth } from './growth';

/** A small log-log chart of cost per record, as SVG. */

const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = { left: 70, right: 20, top: 40, bottom: 50 };
const COLOURS = ['#2f6fde', '#d9822b'];

interface Series {
  readonly name: string;
  readonly points: readonly Growth[];
}

export function curve(title: string, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const decades = (values: number[]) =>
    [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))] as const;
  const [x0, x1] = decades(all.map(({ records }) => records));
  const [y0, y1] = decades(all.map(({ cpuUs }) => cpuUs));
  const x = (value: number) =>
    MARGIN.left + ((Math.log10(value) - x0) / (x1 - x0)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((Math.log10(value) - y0) / (y1 - y0)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  const label = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 });
  const grid = [
    ...range(x0, x1).map(
      (value) =>
        `<line x1="${x(value)}" y1="${MARGIN.top}" x2="${x(value)}" y2="${HEIGHT - MARGIN.bottom}" stroke="#ddd"/>` +
        `<text x="${x(value)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${label(value)}</text>`,
    ),
    ...range(y0, y1).map(
      (value) =>
        `<line x1="${MARGIN.left}" y1="${y(value)}" x2="${WIDTH - MARGIN.right}" y2="${y(value)}" stroke="#ddd"/>` +
        `<text x="${MARGIN.left - 8}" y="${y(value) + 4}" text-anchor="end">${label(value)}</text>`,
    ),
  ];
  const lines = series.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(({ records, cpuUs }) => `${x(records).toFixed(1)},${y(cpuUs).toFixed(1)}`).join(' ');
    const dots = points.map(
      ({ records, cpuUs }) =>
        `<circle cx="${x(records).toFixed(1)}" cy="${y(cpuUs).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const legend = `<text x="${WIDTH - MARGIN.right - 4}" y="${MARGIN.top + 18 + index * 18}" text-anchor="end" fill="${colour}">${name}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${legend}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="14">${title}</text>`,
    ...grid,
    ...lines,
    `<text x="${(WIDTH + MARGIN.left) / 2}" y="${HEIGHT - 10}" text-anchor="middle">records</text>`,
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">µs of CPU per record</text>`,
    '</svg>',
    '',
  ].join('\n');
}
