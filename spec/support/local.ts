import { startServer, type LocalServer } from '../../server';
import type { ServerOptions } from '../../server/options';

export const POOL = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
export const IDENTITY = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
export const DATASET = { IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName: 'profile' };
export const KEYS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };

/** A local Cognito Sync with one pool. */
export function localServer(options: ServerOptions = {}): Promise<LocalServer> {
  return startServer({ pools: [POOL], keys: [KEYS], ...options });
}

/** The credential of a step that talks to a local server. */
export const cfgOf = (server: LocalServer, fields: object = {}) => ({ ...KEYS, endpoint: server.endpoint, ...fields });
