import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSame } from './guard';

/** A file that a step stored as an attachment. */
export interface StoredFile {
  readonly type: string;
  readonly content: Uint8Array;
}

/** All files together; the oldest give way. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The platform's object storage as steps use it: `POST /objects` stores a body and answers its id, `GET /objects/{id}` reads it, both
 * with a bearer token. It holds the newest files in memory, at most 256 MiB of them, and listens on loopback.
 */
export class ObjectStorage {
  private readonly files = new Map<string, StoredFile>();
  private readonly token = randomBytes(32).toString('base64url');
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });

  static async start(): Promise<ObjectStorage> {
    const storage = new ObjectStorage();
    await new Promise<void>((resolve, reject) => {
      storage.server.once('error', reject);
      storage.server.listen(0, '127.0.0.1', resolve);
    });
    return storage;
  }

  /** What the platform's runtime names it by to a step. */
  get env() {
    const { port } = this.server.address() as AddressInfo;
    return { ELASTICIO_OBJECT_STORAGE_URI: `http://127.0.0.1:${port}`, ELASTICIO_OBJECT_STORAGE_TOKEN: this.token };
  }

  /** The file behind the address of an attachment; undefined where it is none of these. */
  fileAt(address: string): StoredFile | undefined {
    const { ELASTICIO_OBJECT_STORAGE_URI: uri } = this.env;
    return address.startsWith(`${uri}/`) ? this.files.get(idIn(address.slice(uri.length))) : undefined;
  }

  clear(): void {
    this.files.clear();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const { method, url = '', headers } = request;
    if (!isSame(headers.authorization ?? '', `Bearer ${this.token}`))
      return void reply(401, { error: 'not authorised' });
    const file = this.files.get(idIn(url));
    if (method === 'GET' && file) return void response.writeHead(200, { 'Content-Type': file.type }).end(file.content);
    if (method !== 'POST' || url !== '/objects') return void reply(404, { error: 'not found' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) return void reply(413, { error: `a file has at most ${MAX_BYTES} bytes` });
      chunks.push(chunk);
    }
    const objectId = randomUUID();
    const type = headers['content-type'] ?? 'application/octet-stream';
    this.files.set(objectId, { type, content: Buffer.concat(chunks) });
    this.forgetOldest();
    reply(201, { objectId });
  }

  private forgetOldest(): void {
    let bytes = [...this.files.values()].reduce((sum, { content }) => sum + content.length, 0);
    for (const [id, { content }] of this.files) {
      if (bytes <= MAX_BYTES) return;
      this.files.delete(id);
      bytes -= content.length;
    }
  }
}

const idIn = (path: string) => decodeURIComponent(/^\/objects\/([^/?]+)/.exec(path)?.[1] ?? '');
