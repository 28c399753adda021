import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { LocalServer } from '../../../server';
import { DATASET, localServer, POOL } from '../../support/local';
import { signedHeaders } from '../../support/server';
import { launchChromium } from '../support/chromium';

const LIST = `/identitypools/${encodeURIComponent(POOL)}/identities/${encodeURIComponent(DATASET.IdentityId)}/datasets/profile/records`;

/** What a page has of a call. */
interface Seen {
  readonly status?: number;
  readonly requestId?: string | null;
  readonly records?: number;
  readonly error?: string;
}

let browser: Browser;
let site: http.Server;
let sitePort: number;
let server: LocalServer;
beforeAll(async () => {
  // attacker.example is a site of the web whose owner points its name at this machine.
  browser = await launchChromium(
    '--host-resolver-rules=MAP attacker.example 127.0.0.1',
    '--disable-features=LocalNetworkAccessChecks',
  );
  site = http.createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>site</title>'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  sitePort = (site.address() as AddressInfo).port;
});
afterAll(async () => {
  await browser.close();
  site.close();
});
afterEach(() => server.stop());

/** What a page of `host` has of a signed ListRecords, by a client that knows the well-known keys. */
async function listFrom(host: string): Promise<Seen> {
  const page = await browser.newPage();
  const signed = await signedHeaders(server, 'GET', LIST);
  // The browser says the host itself.
  const headers = Object.fromEntries(Object.entries(signed).filter(([name]) => name !== 'host'));
  try {
    await page.goto(`http://${host}:${sitePort}/`);
    return await page.evaluate(
      async ([url, init]) => {
        try {
          const response = await fetch(url, init);
          const { Records = [] } = (await response.json()) as { Records?: unknown[] };
          return {
            status: response.status,
            requestId: response.headers.get('x-amzn-requestid'),
            records: Records.length,
          };
        } catch (error) {
          return { error: String(error) };
        }
      },
      [server.endpoint + LIST, { headers }] as const,
    );
  } finally {
    await page.close();
  }
}

const READ = { status: 200, records: 1, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string };

it.each(['localhost', '127.0.0.1', 'app.localhost'])('a page of %s calls the local server', async (host) => {
  server = await localServer();
  server.control.write(DATASET, { a: '1' });
  expect(await listFrom(host)).toEqual(READ);
});

it('a page of another site does not, and its call is none', async () => {
  server = await localServer();
  expect(await listFrom('attacker.example')).toEqual({ error: 'TypeError: Failed to fetch' });
  expect(server.calls()).toBe(0);
});

it('a page of another site does once its origin is allowed', async () => {
  server = await localServer({ allowOrigins: [`http://attacker.example:${sitePort}`] });
  server.control.write(DATASET, { a: '1' });
  expect(await listFrom('attacker.example')).toEqual(READ);
});

it('a form of another site, which asks no leave, changes nothing', async () => {
  server = await localServer();
  const page = await browser.newPage();
  await page.goto(`http://attacker.example:${sitePort}/`);
  const sent = page.waitForResponse(`${server.endpoint}/`);
  await page.evaluate((url) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: `${url}/` });
    form.append(Object.assign(document.createElement('input'), { name: 'Action', value: 'GetCallerIdentity' }));
    document.body.append(form);
    form.submit();
  }, server.endpoint);
  expect([(await sent).status(), server.calls()]).toEqual([403, 0]);
  await page.close();
});

it('a site that points its name at the local server reads nothing of it', async () => {
  server = await localServer();
  const page = await browser.newPage();
  for (const path of ['/_local', '/_local/log', '/_local/export', LIST]) {
    const response = await page.goto(`http://attacker.example:${server.port}${path}`);
    expect([response?.status(), await response?.text()]).toEqual([403, expect.stringContaining('--allow-origin')]);
  }
  await page.close();
});
