import cliProgress from 'cli-progress';

/** What a command shows of its work on standard error: a bar on a terminal, plain lines otherwise. */
export interface Progress {
  /** @param bytes done so far */
  readonly update: (bytes: number, text: string) => void;
  readonly stop: () => void;
}

/** @param totalBytes of all work, where that is known */
export function progress(totalBytes: number | undefined): Progress {
  if (!process.stderr.isTTY) return { update: (_, text) => console.error(text), stop: () => undefined };
  const format = totalBytes === undefined ? '{text}' : '{bar} {percentage}% {text}';
  const bar = new cliProgress.SingleBar(
    { format, hideCursor: true, stream: process.stderr },
    cliProgress.Presets.shades_classic,
  );
  bar.start(totalBytes ?? 1, 0, { text: '' });
  return {
    // The size that AWS tells lags behind, so that there may be more to do than it said.
    update: (bytes, text) => bar.update(Math.min(bytes, totalBytes ?? 1), { text }),
    stop: () => bar.stop(),
  };
}
