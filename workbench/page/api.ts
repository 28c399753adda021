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
    throw new CallFailure('gone', 'The workbench has stopped. Start it again with npm run workbench.');
  }
  if (response.ok) return response;
  const { error } = (await response.json()) as { error: string };
  throw new CallFailure(response.status === 401 ? 'lost' : 'refused', error);
}

/** @throws CallFailure */
export async function call<Output>(name: string, input: object = {}, signal?: AbortSignal): Promise<Output> {
  return (await (await post(name, input, signal)).json()) as Output;
}

/** A frame's worth of work, in ms: more lines wait for the next frame, so that a flood of them does not freeze the page. */
const SLICE_MS = 12;
const nextFrame = () => new Promise((resolve) => setTimeout(resolve));

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
  let rest: string[] = [];
  for (;;) {
    const { done, value = '' } = (await reader?.read()) ?? { done: true };
    if (done) return;
    const pieces = value.split('\n');
    if (pieces.length === 1) {
      rest.push(value);
      continue;
    }
    pieces[0] = rest.join('') + pieces[0];
    rest = [pieces.pop() ?? ''];
    await inSlices(pieces, onLines);
  }
}

async function inSlices<Line>(texts: readonly string[], onLines: (lines: readonly Line[]) => void): Promise<void> {
  let lines: Line[] = [];
  let began = performance.now();
  for (const text of texts) {
    if (text) lines.push(JSON.parse(text) as Line);
    if (performance.now() - began < SLICE_MS) continue;
    onLines(lines);
    lines = [];
    await nextFrame();
    began = performance.now();
  }
  if (lines.length > 0) onLines(lines);
}
