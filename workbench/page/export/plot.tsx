import { roundedUp } from './rates';

/** A line over time, drawn as SVG with its title, its axis and a description. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly id: string;
  readonly title: string;
  readonly points: readonly Point[];
  readonly format: (y: number) => string;
}

const WIDTH = 420;
const HEIGHT = 150;
const LEFT = 64;
const BOTTOM = 22;
const TOP = 8;

export function Plot({ id, title, points, format }: Props) {
  const most = roundedUp(Math.max(0, ...points.map(({ y }) => y)));
  const until = Math.max(1, ...points.map(({ x }) => x));
  const place = ({ x, y }: Point) =>
    [LEFT + (x / until) * (WIDTH - LEFT - 8), TOP + (1 - y / most) * (HEIGHT - TOP - BOTTOM)] as const;
  const line = points
    .map((point) =>
      place(point)
        .map((n) => n.toFixed(1))
        .join(','),
    )
    .join(' ');
  const [last] = points.slice(-1);
  const base = HEIGHT - BOTTOM;
  const area =
    points.length > 1
      ? `${place(points[0] as Point)[0].toFixed(1)},${base} ${line} ${(WIDTH - 8).toFixed(1)},${base}`
      : '';
  return (
    <figure class="plot">
      <figcaption>
        <span>{title}</span>
        <strong>{last ? format(last.y) : '–'}</strong>
      </figcaption>
      <svg
        id={id}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}: ${last ? `${format(last.y)} at the end, at most ${format(Math.max(...points.map(({ y }) => y)))}` : 'nothing yet'}`}
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              class="grid"
              x1={LEFT}
              x2={WIDTH - 8}
              y1={place({ x: 0, y: part * most })[1]}
              y2={place({ x: 0, y: part * most })[1]}
            />
            <text x={LEFT - 8} y={place({ x: 0, y: part * most })[1] + 3.5} text-anchor="end">
              {format(part * most)}
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 5}>
          0 s
        </text>
        <text x={WIDTH - 8} y={HEIGHT - 5} text-anchor="end">
          {(until / 1_000).toFixed(1)} s
        </text>
        {area && <polygon class="area" points={area} />}
        {points.length > 1 && <polyline class="line" points={line} />}
      </svg>
    </figure>
  );
}
