import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

/** Claims of a token that are other than usual, undefined for those that it lacks; times in epoch seconds. */
export interface Wanted extends Record<string, unknown> {
  /** Signs with a key that the issuer does not publish. */
  foreign?: boolean;
}

/** An OpenID Connect issuer of its own: configuration, published keys, tokens. */
export class Issuer {
  private server!: Server;
  private keys: { jwk: JWK; key: CryptoKey }[] = [];
  private rotations = 0;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** What it answers instead of its configuration and keys. */
  broken: { configuration?: unknown; keys?: unknown; status?: number } = {};
  url = '';

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    issuer.server = createServer(({ url = '' }, response) => {
      issuer.asked.push(url);
      const { configuration, keys, status = 200 } = issuer.broken;
      const answers: Record<string, unknown> = {
        '/.well-known/openid-configuration': configuration ?? { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
        '/keys': keys ?? { keys: issuer.keys.map(({ jwk }) => jwk) },
      };
      response.writeHead(url in answers ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answers[url] ?? {}));
    });
    await new Promise<void>((listening) => issuer.server.listen(0, '127.0.0.1', listening));
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    await issuer.rotate();
    return issuer;
  }

  /** Publishes a new key in place of all others. */
  async rotate(algorithm = 'ES256'): Promise<void> {
    this.keys = [await newKey(`key-${(this.rotations += 1)}`, algorithm)];
  }

  /** A token for `alice` and the audience `app`, good for ten minutes from `now` (epoch milliseconds) on. */
  async token(now: number, { foreign = false, ...claims }: Wanted = {}): Promise<string> {
    const [published] = this.keys;
    if (!published) throw new Error('no key');
    const { kid, alg = '' } = published.jwk;
    const iat = Math.floor(now / 1000);
    const { key } = foreign ? await newKey(kid ?? '', alg) : published;
    const payload: JWTPayload = { sub: 'alice', aud: 'app', iss: this.url, iat, exp: iat + 600, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg, ...(kid !== undefined && { kid }) }).sign(key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

async function newKey(kid: string, alg: string): Promise<{ jwk: JWK; key: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg }, key: privateKey };
}
