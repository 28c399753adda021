import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { launchChromium } from '../workbench/support/chromium';

const ROOT = path.resolve(__dirname, '../..');
const SERVED = /^\/(?:node_modules\/(?:aws-sdk|amazon-cognito-js)\/dist|spec\/clients)\/[\w.-]+$/;
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/**
 * Opens a page in Chromium, from an origin of its own, until it says in `data-outcome` how it went.
 * @param target Path from the root of the repository and a query, or the page itself.
 * @returns the outcome, and the text of the page.
 */
export async function visit(target: { file: string } | { html: string }): Promise<{ outcome: string; text: string }> {
  const server = createServer(({ url = '' }, response) => {
    const [file = ''] = url.split('?');
    const given = 'html' in target && file === '/';
    if (!given && !SERVED.test(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': given ? 'text/html' : (TYPES[path.extname(file)] ?? 'text/plain') });
    response.end(given ? target.html : readFileSync(path.join(ROOT, file)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${'file' in target ? target.file : ''}`);
    const body = page.locator('body[data-outcome]');
    await body.waitFor({ state: 'attached' });
    return { outcome: (await body.getAttribute('data-outcome')) ?? '', text: (await body.textContent()) ?? '' };
  } finally {
    await browser.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
