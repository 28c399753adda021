import http from 'node:http';
import { sign } from 'aws4';
import { Axios } from 'axios';
import { load } from '../scripts/component';
import { patches } from './fixtures';

/** The same calls by five clients. */

export const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const region = 'us-east-1';
const IdentityPoolId = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
const IdentityId = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';

/** ListRecords of 10 and of 1,000 records, and UpdateRecords of 25 patches. */
export const SCENARIOS = ['LR10', 'UR25', 'LR1000'] as const;
/** Those, and 1,000 records with their dates in order, and 1,000 short ones of one second. */
export type Scenario = (typeof SCENARIOS)[number] | 'LR1000 in order' | 'LR1000 of one second';

const DATASETS: Readonly<Record<Scenario, string>> = {
  LR10: 'list-10',
  UR25: 'list-10',
  LR1000: 'list-1000',
  'LR1000 in order': 'ordered-1000',
  'LR1000 of one second': 'second-1000',
};

const PATCHES = patches(25);
/** As messages hold them: dates are texts. */
const RecordPatches = PATCHES.map((patch) =>
  'Value' in patch ? { ...patch, DeviceLastModifiedDate: patch.DeviceLastModifiedDate.toISOString() } : patch,
);
/** As they go on the wire: dates are epoch seconds. */
const WIRE_PATCHES = PATCHES.map((patch) =>
  'Value' in patch ? { ...patch, DeviceLastModifiedDate: patch.DeviceLastModifiedDate.getTime() / 1000 } : patch,
);

/** The operation of a scenario, or of a list of a dataset, and its input. */
export function callOf(scenario: Scenario | { readonly dataset: string }) {
  const DatasetName = typeof scenario === 'object' ? scenario.dataset : DATASETS[scenario];
  const dataset = { IdentityPoolId, IdentityId, DatasetName };
  return scenario === 'UR25'
    ? { operation: 'UpdateRecords' as const, input: { ...dataset, SyncSessionToken: 'H4sI+/Q==', RecordPatches } }
    : { operation: 'ListRecords' as const, input: dataset };
}

/** Makes one call and resolves with what a flow would get. */
export type Client = (scenario: Scenario) => Promise<unknown>;
export type PeerName = 'ours' | 'ours in order' | 'floor' | 'stock axios' | 'SDK v3' | 'SDK v2';

/** A call of a scenario, signed by aws4 in the plainest way. */
function signed(scenario: Scenario, host: string) {
  const enc = encodeURIComponent;
  const { operation, input } = callOf(scenario);
  const dataset = `/identitypools/${enc(input.IdentityPoolId)}/identities/${enc(input.IdentityId)}/datasets/${input.DatasetName}`;
  const body =
    'RecordPatches' in input
      ? JSON.stringify({ SyncSessionToken: input.SyncSessionToken, RecordPatches: WIRE_PATCHES })
      : undefined;
  const request = sign(
    {
      service: 'cognito-sync',
      region,
      host,
      method: body ? 'POST' : 'GET',
      path: operation === 'ListRecords' ? `${dataset}/records` : dataset,
      ...(body ? { body, headers: { 'content-type': 'application/json' } } : {}),
    },
    keys,
  );
  return { method: request.method!, path: request.path!, headers: request.headers as Record<string, string>, body };
}

/** A bare node:http request with keep-alive, signed by aws4, its answer parsed. */
function floor(endpoint: string): Client {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new http.Agent({ keepAlive: true });
  return (scenario) => {
    const { body, ...options } = signed(scenario, host);
    return new Promise((resolve, reject) => {
      const request = http.request({ agent, hostname, port, ...options }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      request.on('error', reject);
      request.end(body);
    });
  };
}

/** axios with its own http adapter, with every option that makes it quicker. */
function stockAxios(endpoint: string): Client {
  const { host } = new URL(endpoint);
  const httpAgent = new http.Agent({ keepAlive: true });
  const client = new Axios({
    adapter: 'http',
    httpAgent,
    maxRedirects: 0,
    proxy: false,
    transformRequest: [],
    responseType: 'text',
  });
  return async (scenario) => {
    const { method, path, headers, body } = signed(scenario, host);
    const { data } = await client.request<string>({ method, url: endpoint + path, headers, data: body });
    return JSON.parse(data) as unknown;
  };
}

/** The connector's compiled actions, called as the platform calls them. */
export function connector(
  endpoint: string,
  actions = { ListRecords: load('ListRecords'), UpdateRecords: load('UpdateRecords') },
): Client {
  const cfg = { ...keys, region, endpoint };
  const logger = { info: () => {}, warn: () => {} };
  let delivered = 0;
  return async (scenario) => {
    const { operation, input } = callOf(scenario);
    let emitted: unknown;
    const runtime = { emit: (_event: string, payload: unknown) => Promise.resolve((emitted = payload)), logger };
    await actions[operation].call(runtime, { id: `message-${delivered++}`, body: input }, cfg);
    return emitted;
  };
}

async function sdkV3(endpoint: string): Promise<Client> {
  const { CognitoSyncClient, ListRecordsCommand, UpdateRecordsCommand } = await import('@aws-sdk/client-cognito-sync');
  const client = new CognitoSyncClient({ region, endpoint, credentials: keys });
  return (scenario) => {
    const { input } = callOf(scenario);
    return 'RecordPatches' in input
      ? client.send(new UpdateRecordsCommand({ ...input, RecordPatches: PATCHES }))
      : client.send(new ListRecordsCommand(input));
  };
}

async function sdkV2(endpoint: string): Promise<Client> {
  process.env['AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE'] = '1';
  const { default: CognitoSync } = await import('aws-sdk/clients/cognitosync');
  const httpOptions = { agent: new http.Agent({ keepAlive: true }) };
  const client = new CognitoSync({ region, endpoint, credentials: keys, httpOptions });
  return (scenario) => {
    const { input } = callOf(scenario);
    return 'RecordPatches' in input
      ? client.updateRecords({ ...input, RecordPatches: PATCHES }).promise()
      : client.listRecords(input).promise();
  };
}

export async function peer(name: PeerName, endpoint: string): Promise<Client> {
  switch (name) {
    case 'ours':
      return connector(endpoint);
    case 'ours in order': {
      const client = connector(endpoint);
      return (scenario) => client(scenario === 'LR1000' ? 'LR1000 in order' : scenario);
    }
    case 'floor':
      return floor(endpoint);
    case 'stock axios':
      return stockAxios(endpoint);
    case 'SDK v3':
      return sdkV3(endpoint);
    case 'SDK v2':
      return sdkV2(endpoint);
  }
}
