import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CORS } from '../http/access';
import { lineOf, type Calls } from '../http/calls';
import type { Stream } from '../http/protocol';
import type { Control } from './control';

/** NDJSON is not registered, but known by this name. */
const NDJSON = 'application/x-ndjson';

/** What a reader of the log may be behind by before it is cut off. */
const BEHIND_BYTES = 8 * 1024 * 1024;

/** Begins an answer of lines. */
function beginLines(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': NDJSON, 'Cache-Control': 'no-store', ...CORS });
  response.flushHeaders();
}

/** Every call from now on, a line each, until the reader leaves. */
export const liveLog =
  (calls: Calls): Stream =>
  async (response) => {
    beginLines(response);
    const end = calls.listen((call) => {
      response.write(lineOf(call));
      if (response.writableLength > BEHIND_BYTES) response.destroy();
    });
    await new Promise((resolve) => response.once('close', resolve));
    end();
    return undefined;
  };

/** The records of the pool that the query names, as lines. */
export const exported =
  (control: Control, { url = '' }: IncomingMessage): Stream =>
  async (response) => {
    const lines = control.export(poolOf(url));
    beginLines(response);
    await pipeline(Readable.from(lines, { objectMode: false }), response);
    return undefined;
  };

/** Writes the lines of the body into the pool that the query names. */
export const imported =
  (control: Control, request: IncomingMessage): Stream =>
  async () => {
    // What is wrong with a line is answered, so the connection must outlive it.
    const lines = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const summary = await control.import(lines, poolOf(request.url ?? ''));
    return { status: 200, contentType: 'application/json', headers: CORS, body: `${JSON.stringify(summary)}\n` };
  };

const poolOf = (url: string) => new URLSearchParams(url.split('?')[1]).get('IdentityPoolId') ?? undefined;
