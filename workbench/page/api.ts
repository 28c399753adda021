/** Calls of the page to its server. */

const KEY = 'workbench-token';

/** Moves the token of the link out of the address bar, into the one place where it is stored, for this tab alone. */
export function takeToken(): void {
  const token = location.hash.slice(1);
  if (token) sessionStorage.setItem(KEY, token);
  history.replaceState(null, '', '/');
}

/** What went wrong with a call: `lost` when the token is not this start's, `gone` when nobody answers. */
export class CallFailure extends Error {
  constructor(
    readonly kind: 'lost' | 'gone' | 'refused',
    message: string,
  ) {
    super(message);
  }
}

const gone = () => new CallFailure('gone', 'The workbench has stopped. Start it again with npm run workbench.');

async function post(name: string, input: object, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}` },
      body: JSON.stringify(input),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw gone();
  }
  if (response.ok) return response;
  const { error } = (await response.json()) as { error: string };
  throw new CallFailure(response.status === 401 ? 'lost' : 'refused', error);
}

/** @throws CallFailure */
export async function call<Output>(name: string, input: object = {}, signal?: AbortSignal): Promise<Output> {
  return (await (await post(name, input, signal)).json()) as Output;
}

/** The content of an attachment. @throws CallFailure */
export const attachment = async (url: string): Promise<Blob> => (await post('attachment', { url })).blob();

/** Lines are handed over at most this often, in ms, so that a flood of them does not have the page drawn for each. */
const PACE_MS = 100;
/** Longer work, in ms, is cut into slices. */
const SLICE_MS = 12;
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** Reads a stream of JSON lines and hands them over in batches. @throws CallFailure */
export async function stream<Line>(
  name: string,
  input: object,
  onLines: (lines: readonly Line[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await post(name, input, signal);
  if (!response.headers.get('Content-Type')?.startsWith('application/x-ndjson')) return;
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let lines: Line[] = [];
  let pending: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(pending);
    pending = undefined;
    if (lines.length > 0) onLines(lines);
    lines = [];
  };
  const take = (line: Line) => {
    lines.push(line);
    pending ??= setTimeout(flush, PACE_MS);
  };
  let rest: string[] = [];
  try {
    for (;;) {
      const { done, value = '' } = (await reader?.read()) ?? { done: true };
      if (done) return;
      const pieces = value.split('\n');
      // A line of a megabyte comes in many parts.
      if (pieces.length === 1) {
        rest.push(value);
        continue;
      }
      pieces[0] = rest.join('') + pieces[0];
      rest = [pieces.pop() ?? ''];
      await parsed(pieces, take);
    }
  } catch (error) {
    // A stream that is cut off is a server that has ended.
    throw signal.aborted ? error : gone();
  } finally {
    flush();
  }
}

async function parsed<Line>(texts: readonly string[], take: (line: Line) => void): Promise<void> {
  let began = performance.now();
  for (const text of texts) {
    if (text) take(JSON.parse(text) as Line);
    if (performance.now() - began < SLICE_MS) continue;
    await pause();
    began = performance.now();
  }
}
