import { afterAll, beforeAll, beforeEach } from 'vitest';
// The bundle beside this one in dist/.
import { startServer, type ServerOptions } from './server.js';
import { testServer, type TestServer } from './suite';

export type { TestServer } from './suite';

/**
 * A local Cognito Sync for the tests of the file or `describe` that calls this, brought back to its start before each test.
 * @throws TypeError, before the first test, for an option that makes no sense.
 */
export const localCognitoSync = (options?: ServerOptions): TestServer =>
  testServer(startServer, { beforeAll, beforeEach, afterAll }, options);
