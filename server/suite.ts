import type { LocalServer, ServerOptions, startServer } from './index';

/** What a test framework runs around tests. */
export interface Hooks {
  beforeAll(run: () => Promise<void>): void;
  beforeEach(run: () => Promise<void>): void;
  afterAll(run: () => Promise<void>): void;
}

/** A local Cognito Sync for the tests of a file or of a `describe`. Its members are there inside of tests and hooks. */
export interface TestServer {
  /** `http://127.0.0.1:<port>`, for Cognito Sync, Cognito Identity and STS. */
  readonly endpoint: string;
  readonly region: string;
  /** The first of its access keys. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The first of its identity pools. */
  readonly identityPoolId: string;
  /** What clients of the AWS SDK take: endpoint, region and credentials. */
  readonly clientOptions: Pick<TestServer, 'endpoint' | 'region' | 'credentials'>;
  /** The server with its faults, clock and control. */
  readonly server: LocalServer;
}

/**
 * Starts a server before the tests, brings it back to its start before each of them (`LocalServer.reset`, then the records of
 * `options.seedFile`), and stops it after the last one.
 */
export function testServer(start: typeof startServer, hooks: Hooks, options: ServerOptions = {}): TestServer {
  let running: LocalServer | undefined;
  const server = () => {
    if (running) return running;
    throw new Error('The local Cognito Sync starts before the first test: use it inside of a test or a hook');
  };
  hooks.beforeAll(async () => {
    running = await start(options);
  });
  hooks.beforeEach(async () => {
    await server().reset();
    if (options.seedFile !== undefined) await server().control.importFile(options.seedFile);
  });
  hooks.afterAll(async () => {
    await running?.stop();
    running = undefined;
  });
  return {
    get endpoint() {
      return server().endpoint;
    },
    get region() {
      return server().region;
    },
    get credentials() {
      return server().credentials;
    },
    get identityPoolId() {
      return server().control.pools[0] ?? '';
    },
    get clientOptions() {
      const { endpoint, region, credentials } = server();
      return { endpoint, region, credentials };
    },
    get server() {
      return server();
    },
  };
}
