import net from 'node:net';

const FRAME_METHOD = 1;
/** Class and method of `basic.deliver`. https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf */
const BASIC_DELIVER = 0x003c003c;
const FRAME_HEADER_BYTES = 7;

/** A process's way to the broker, which can be cut, and which counts what the broker delivers. */
export class Link {
  delivered = 0;
  /** Deliveries of messages that had been delivered before. */
  redelivered = 0;
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    readonly url: string,
  ) {}

  /** A link to the broker at `amqpUrl`. */
  static async open(amqpUrl: string): Promise<Link> {
    const target = new URL(amqpUrl);
    const port = Number(target.port || 5672);
    const server = net.createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(amqpUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as net.AddressInfo).port);
    const link = new Link(server, url.href);
    server.on('connection', (near) => link.join(near, net.connect({ port, host: target.hostname, noDelay: true })));
    return link;
  }

  private join(near: net.Socket, far: net.Socket): void {
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
    far.on('data', this.deliveryCounter());
  }

  /** Reads the frames that the broker sends: type, channel and size, then the payload, then one closing byte. */
  private deliveryCounter(): (chunk: Buffer) => void {
    let rest = Buffer.alloc(0);
    return (chunk) => {
      let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      while (bytes.length >= FRAME_HEADER_BYTES) {
        const end = FRAME_HEADER_BYTES + bytes.readUInt32BE(3) + 1;
        if (bytes.length < end) break;
        if (bytes[0] === FRAME_METHOD && bytes.readUInt32BE(FRAME_HEADER_BYTES) === BASIC_DELIVER) {
          const tagLength = bytes.readUInt8(FRAME_HEADER_BYTES + 4);
          this.delivered += 1;
          this.redelivered += bytes.readUInt8(FRAME_HEADER_BYTES + 4 + 1 + tagLength + 8) & 1;
        }
        bytes = bytes.subarray(end);
      }
      rest = Buffer.from(bytes);
    };
  }

  /** Ends every connection at once; new ones are let through. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
