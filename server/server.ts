#!/usr/bin/env node
import { commandLine } from './command-line';
import { parse } from './command-options';
import { loginNotes } from './identity/providers';
import { startServer } from './index';
import { openLog } from './log';
import { DEFAULT_KEY, defaultPool, type ServerOptions } from './options';

export * from './index';

async function main(): Promise<void> {
  const { log: logFile, ...options } = parse(commandLine(), process.argv.slice(2));
  const say = (line: string) => console.error(line);
  const log = logFile === undefined ? undefined : openLog(logFile === true ? undefined : logFile, say);
  const server = await startServer({ ...options, say, ...(log && { onCall: (call) => log.write(call) }) });
  const end = () => {
    void server
      .stop()
      .then(() => log?.close())
      .then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  console.log(`Cognito Sync is listening on ${server.endpoint}`);
  announce(options);
}

/** What to use a server of defaults with, and a word of warning when others can reach it. */
function announce({ host, providers, region = 'us-east-1', keys, pools = [defaultPool(region)] }: ServerOptions): void {
  if (!keys) {
    console.log(
      `Access key id: ${DEFAULT_KEY.accessKeyId}, secret access key: ${DEFAULT_KEY.secretAccessKey}, region: ${region}`,
    );
    for (const pool of pools) console.log(`Identity pool: ${pool}`);
  }
  if (!keys || providers) for (const line of loginNotes(providers)) console.log(line);
  if (host !== undefined && !/^(127\.|::1$|localhost$)/.test(host)) {
    console.error(`Warning: ${host} is not loopback; anyone who reaches the port can try its access keys.`);
  }
}

// The bundle is a module as well.
if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  });
}
