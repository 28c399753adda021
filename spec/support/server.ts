import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  CognitoSyncClient,
  ListRecordsCommand,
  UpdateRecordsCommand,
  type CognitoSyncClientConfig,
  type ListRecordsCommandOutput,
  type RecordPatch,
} from '@aws-sdk/client-cognito-sync';
import { CognitoIdentityClient } from '@aws-sdk/client-cognito-identity';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LocalServer } from '../../server';
import { DATASET, KEYS } from './local';

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const REGION = 'us-east-1';

/** The SDK's clock set to the server's. */
const clockOf = (server: LocalServer) => ({ systemClockOffset: server.clock.now() - Date.now() });

// Waiting for one of its 50 sockets is what a test of many callers does on purpose.
const requestHandler = { socketAcquisitionWarningTimeout: 600_000 };

/** AWS's own client, each call sent once. */
export const syncClient = (server: LocalServer, credentials: Keys = KEYS, config: CognitoSyncClientConfig = {}) =>
  new CognitoSyncClient({
    endpoint: server.endpoint,
    region: REGION,
    credentials,
    maxAttempts: 1,
    requestHandler,
    ...clockOf(server),
    ...config,
  });

export const identityClient = (server: LocalServer, credentials: Keys = KEYS) =>
  new CognitoIdentityClient({
    endpoint: server.endpoint,
    region: REGION,
    credentials,
    maxAttempts: 1,
    ...clockOf(server),
  });

/** What a rejected promise of the SDK says: name, status and message. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; message: string }> {
  const error = (await call.then(
    () => {
      throw new Error('expected a refusal');
    },
    (reason: unknown) => reason,
  )) as Error & { $metadata?: { httpStatusCode?: number } };
  return { name: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
}

/** An answer without what the SDK adds to it. */
export function members<Output extends { $metadata: unknown }>(answer: Output): Omit<Output, '$metadata'> {
  const bare: Partial<Output> = { ...answer };
  delete bare.$metadata;
  return bare as Omit<Output, '$metadata'>;
}

/** A client's view of one dataset. */
export class DatasetClient {
  constructor(
    readonly client: CognitoSyncClient,
    readonly dataset: { IdentityPoolId: string; IdentityId: string; DatasetName: string } = DATASET,
  ) {}

  list(LastSyncCount?: number, more: object = {}): Promise<ListRecordsCommandOutput> {
    return this.client.send(
      new ListRecordsCommand({ ...this.dataset, ...(LastSyncCount !== undefined && { LastSyncCount }), ...more }),
    );
  }

  async token(): Promise<string> {
    return (await this.list()).SyncSessionToken ?? '';
  }

  /** One write in a session of its own. */
  async write(...RecordPatches: RecordPatch[]) {
    const SyncSessionToken = await this.token();
    return this.client.send(new UpdateRecordsCommand({ ...this.dataset, SyncSessionToken, RecordPatches }));
  }

  /** Keys with their counts and values, null for removed ones. */
  async records(since = 0): Promise<Record<string, [count: number | undefined, value: string | null]>> {
    const { Records = [] } = await this.list(since);
    return Object.fromEntries(Records.map(({ Key = '', SyncCount, Value }) => [Key, [SyncCount, Value ?? null]]));
  }
}

export const put = (Key: string, Value: string, SyncCount = 0): RecordPatch => ({
  Op: 'replace',
  Key,
  Value,
  SyncCount,
});
export const remove = (Key: string, SyncCount: number): RecordPatch => ({ Op: 'remove', Key, SyncCount });

export interface RawAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends exactly this target, which URL classes would rewrite. */
export function raw(
  server: LocalServer,
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      {
        host: '127.0.0.1',
        port: server.port,
        method,
        path: target,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

export interface Signing {
  keys?: Keys;
  region?: string;
  service?: string;
  date?: Date;
  headers?: Record<string, string>;
  body?: string;
}

/** The headers that AWS's own signer gives a request. */
export async function signedHeaders(server: LocalServer, method: string, target: string, signing: Signing = {}) {
  const { keys = KEYS, region = REGION, service = 'cognito-sync', date = new Date(server.clock.now()) } = signing;
  const signer = new SignatureV4({ credentials: keys, region, service, sha256: Sha256 });
  const [path = '', search = ''] = target.split('?');
  const query = Object.fromEntries(
    search
      .split('&')
      .filter(Boolean)
      .map((pair) => {
        const at = pair.indexOf('=');
        return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))];
      }),
  );
  const headers = { host: `127.0.0.1:${server.port}`, ...signing.headers };
  const request = { method, protocol: 'http:', hostname: '127.0.0.1', path, query, headers, body: signing.body };
  const signed = await signer.sign(request, { signingDate: date });
  return signed.headers;
}

export async function rawSigned(
  server: LocalServer,
  method: string,
  target: string,
  signing: Signing = {},
): Promise<RawAnswer> {
  return raw(server, method, target, await signedHeaders(server, method, target, signing), signing.body);
}
