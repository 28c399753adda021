import { Axios, type AxiosAdapter } from 'axios';
import { adapter, SignedRequest, type SendOptions } from './adapter';
import type { HttpRequest, HttpResponse } from './http';

/** Sends one signed request; resolves with any answer and rejects with a TransportFailure when none came. */
export type Send = (request: HttpRequest, options: SendOptions) => Promise<HttpResponse>;

// `new Axios` rather than `axios.create`: no defaults that add headers, change bodies or refuse a status.
const client = new Axios({ adapter: adapter as unknown as AxiosAdapter });

export const send: Send = async (request, options) => {
  const { data } = await client.request<HttpResponse>({ data: new SignedRequest(request, options) });
  return data;
};
