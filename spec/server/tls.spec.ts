import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { startServer, type LocalServer } from '../../server';
import { selfSigned } from '../support/certificate';
import { DATASET, localServer } from '../support/local';
import { bareServer } from '../support/process';
import { DatasetClient, put, syncClient } from '../support/server';

const { cert, key } = selfSigned();

/** A client of the SDK that trusts this certificate and no other. */
const trusting = (server: Pick<LocalServer, 'port' | 'clock'>) =>
  syncClient(server as LocalServer, undefined, {
    endpoint: `https://localhost:${server.port}`,
    requestHandler: { httpsAgent: new https.Agent({ ca: cert }) },
  });

describe('a server with a certificate', () => {
  let server: LocalServer;
  beforeEach(async () => {
    server = await localServer({ tls: { cert, key } });
  });
  afterEach(() => server.stop());

  it('serves the SDK, which checks the certificate', async () => {
    expect(server.endpoint).toBe(`https://127.0.0.1:${server.port}`);
    await new DatasetClient(trusting(server)).write(put('a', 'ü'));
    expect(server.control.read(DATASET)).toEqual({ a: 'ü' });
  });

  it('is not taken for another one by a client that does not know its certificate', async () => {
    const call = new DatasetClient(
      syncClient(server, undefined, { endpoint: `https://localhost:${server.port}` }),
    ).list();
    await expect(call).rejects.toThrow(/self-signed certificate/);
  });

  it('answers nobody who speaks plain http', async () => {
    await expect(fetch(`http://127.0.0.1:${server.port}/health`)).rejects.toThrow();
  });

  it('speaks TLS 1.2 or newer', async () => {
    const protocol = (maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const socket = connect(
          { port: server.port, host: '127.0.0.1', servername: 'localhost', ca: cert, minVersion: 'TLSv1', maxVersion },
          () => {
            resolve(socket.getProtocol());
            socket.destroy();
          },
        );
        socket.once('error', () => resolve(null));
      });
    expect([await protocol('TLSv1.1'), await protocol('TLSv1.2'), await protocol('TLSv1.3')]).toEqual([
      null,
      'TLSv1.2',
      'TLSv1.3',
    ]);
  });
});

it.each([
  ['no PEM', { cert: 'x', key }],
  ['the key of another certificate', { cert, key: selfSigned().key }],
])('does not start with %s', async (_, tls) => {
  await expect(startServer({ tls })).rejects.toThrow('tls: expected a certificate and its key as PEM, got');
});

describe('the command', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-cognito-sync-tls-'));
    writeFileSync(file('cert.pem'), cert);
    writeFileSync(file('key.pem'), key);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('serves clients that trust the certificate, fetch among them', async () => {
    const server = await bareServer('--tls-cert', file('cert.pem'), '--tls-key', file('key.pem'));
    const script = `fetch('https://localhost:${server.port}/health').then(async (r) => console.log(r.status, await r.text()))`;
    const fetched = (env: NodeJS.ProcessEnv) =>
      promisify(execFile)(process.execPath, ['-e', script], { env }).then(
        ({ stdout }) => stdout,
        ({ stderr }: { stderr: string }) => stderr,
      );
    const [trusted, strange] = [await fetched({ NODE_EXTRA_CA_CERTS: file('cert.pem') }), await fetched({})];
    await server.end('SIGTERM');
    expect(server.endpoint).toBe(`https://127.0.0.1:${server.port}`);
    expect(trusted).toBe('200 alive\n\n');
    expect(strange).toContain('self-signed certificate');
  });

  it.each([
    [['--tls-cert', 'cert.pem'], 'expected --tls-cert and --tls-key together'],
    [['--tls-key', 'key.pem'], 'expected --tls-cert and --tls-key together'],
    [['--tls-cert', 'absent.pem', '--tls-key', 'key.pem'], '--tls-cert: ENOENT'],
    [['--tls-cert', 'cert.pem', '--tls-key', 'cert.pem'], 'tls: expected a certificate and its key as PEM'],
  ])('ends at once with %j', async (args, message) => {
    const named = args.map((arg) => (arg.endsWith('.pem') ? file(arg) : arg));
    await expect(bareServer(...named)).rejects.toThrow(message);
  });
});
