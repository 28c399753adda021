import { Axios, type AxiosAdapter } from 'axios';
import { adapter, SignedRequest } from './adapter';
import type { HttpRequest, HttpResponse } from './http';

/** A full list of a dataset is at most 1 MB of keys and values, up to six times that when JSON escapes every character. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

export interface SendOptions {
  /** Scheme, host and port that the request goes to. */
  readonly origin: string;
  /** For the whole call, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one signed request; resolves with any answer and rejects with a TransportFailure when none came. */
export type Send = (request: HttpRequest, options: SendOptions) => Promise<HttpResponse>;

// `new Axios` rather than `axios.create`: no defaults that add headers, change bodies or refuse a status.
const client = new Axios({ adapter: adapter as unknown as AxiosAdapter, maxContentLength: MAX_RESPONSE_BYTES });

export const send: Send = async (request, { origin, timeoutMs, signal }) => {
  const { status, headers, data } = await client.request<string>({
    method: request.method,
    baseURL: origin,
    url: request.target,
    data: new SignedRequest(request, signal),
    timeout: timeoutMs,
  });
  return { status, headers: headers as HttpResponse['headers'], body: data };
};
