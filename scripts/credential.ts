import type { Config } from '../lib/platform/runtime';

/** The variables that the repository's own commands read, and the credential's fields that they fill. */
const VARIABLES = {
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  sessionToken: 'AWS_SESSION_TOKEN',
  region: 'AWS_REGION',
  endpoint: 'COGNITO_SYNC_ENDPOINT',
} as const;

/** The credential of a command line, from the environment. The component itself never reads these variables. */
export function credentialFromEnvironment(env: NodeJS.ProcessEnv = process.env): Config {
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([field, variable]) => (env[variable] ? [[field, env[variable]]] : [])),
  );
}
