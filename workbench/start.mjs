import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { buildPage, buildServer, root } from './build.mjs';

/**
 * `npm run workbench`: compiles the page and its server, starts them on loopback with a fresh local Cognito Sync behind, and prints
 * the one line that leads there. SIGTERM and SIGINT end it with 0.
 */
async function main() {
  if (!existsSync(path.join(root, 'dist/lib/actions')))
    throw new Error('The steps are not compiled: run «npm run build» first');
  const [files, modules] = await Promise.all([buildPage(), buildServer()]);
  const { startWorkbench } = createRequire(import.meta.url)(modules.server);
  const { address, stop } = await startWorkbench({ root, child: modules.child, files });
  const end = () => void stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`Workbench: ${address}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
