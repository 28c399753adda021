import { randomUUID } from 'node:crypto';
import { connect, type Channel, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { CRYPTO, opened, openedText, sealedText } from './cipher';
import { Inbox } from './inbox';
import { API_CREDENTIALS, OBJECT_STORAGE_TOKEN, platformApi, type PlatformApi, type StepData } from './platform-api';
import { Sailor } from './sailor';

export const AMQP_URL = process.env['AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
/** Queues that a killed run leaves behind vanish by themselves. */
const ORPHAN_MS = 10 * 60_000;
const UNTIL_BOUND_MS = 5_000;

export interface FlowMessage {
  readonly id?: string;
  readonly body: { readonly [member: string]: unknown };
  readonly headers?: { readonly [name: string]: unknown };
  readonly attachments?: { readonly [file: string]: unknown };
  readonly passthrough?: { readonly [step: string]: { readonly body?: unknown } };
}

/** Something that a step published. */
export interface Published {
  /** Epoch ms. */
  readonly at: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly expiration: unknown;
  readonly content: Buffer;
}
export type Emitted = Published & { readonly message: FlowMessage };
export type Failure = Published & {
  readonly error: { readonly name: string; readonly message: string; readonly stack: string };
  readonly input: FlowMessage | undefined;
};
export type Snapshot = Published & { readonly snapshot: unknown };

export interface StepOptions {
  /** Id of the action or trigger. */
  readonly action: string;
  readonly config?: StepData['config'];
  readonly snapshot?: object;
  readonly passthrough?: boolean;
  /** Messages in work at the same time; 1 as on the platform. */
  readonly prefetch?: number;
  /** On top of what the platform always sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the component, where it is not ours. */
  readonly root?: string;
  /** The address of the broker as this step sees it. */
  readonly amqpUrl?: string;
}

export interface Sent {
  /** By default a random one. */
  readonly id?: string;
  readonly passthrough?: FlowMessage['passthrough'];
  /** Headers of the message itself, not of AMQP. */
  readonly headers?: FlowMessage['headers'];
}

/** One step of a flow: its queues, what it published, and the processes that serve it. */
export class Step {
  readonly data: Inbox<Emitted>;
  readonly errors: Inbox<Failure>;
  readonly rebounds: Inbox<Published>;
  readonly snapshots: Inbox<Snapshot>;
  readonly sailors: Sailor[] = [];

  constructor(
    private readonly world: World,
    readonly id: string,
    private readonly options: StepOptions,
  ) {
    const { action } = options;
    this.data = new Inbox(`messages of ${action}`);
    this.errors = new Inbox(`errors of ${action}`);
    this.rebounds = new Inbox(`rebounds of ${action}`);
    this.snapshots = new Inbox(`snapshots of ${action}`);
  }

  get queue(): string {
    return this.key('in');
  }

  key(kind: string): string {
    return `${this.world.prefix}.${this.id}.${kind}`;
  }

  /** Declares the queues and makes the step known to the platform's API. */
  async declare(): Promise<this> {
    const { config = {}, snapshot = {}, passthrough = true } = this.options;
    this.world.api.steps.set(`${this.world.prefix}/${this.id}`, { config, snapshot, is_passthrough: passthrough });
    await this.world.queue(this.queue, this.queue);
    // A message waits here for as long as its expiration says, then goes back to the step.
    await this.world.queue(this.key('delay'), this.key('rebound'), {
      deadLetterExchange: '',
      deadLetterRoutingKey: this.queue,
    });
    await this.world.tap(this.key('data'), (published) => {
      const isBinary = Number(published.headers['protocolVersion'] ?? 1) >= 2;
      const message = (isBinary ? opened(published.content) : openedText(published.content.toString())) as FlowMessage;
      this.data.put({ ...published, message });
    });
    await this.world.tap(this.key('error'), (published) => {
      const { error, errorInput } = JSON.parse(published.content.toString()) as { error: string; errorInput?: string };
      this.errors.put({
        ...published,
        error: openedText(error) as Failure['error'],
        input: errorInput === undefined ? undefined : (openedText(errorInput) as FlowMessage),
      });
    });
    await this.world.tap(this.key('rebound'), (published) => this.rebounds.put(published));
    await this.world.tap(this.key('snapshot'), (published) => {
      this.snapshots.put({ ...published, snapshot: JSON.parse(published.content.toString()) as unknown });
    });
    return this;
  }

  /** Feeds the step with what another one emits; `map` makes the body, as the platform's mapper does. */
  async follows(other: Step, map?: (body: FlowMessage['body']) => FlowMessage['body']): Promise<void> {
    if (!map) return this.world.bind(this.queue, other.key('data'));
    await this.world.tap(other.key('data'), ({ headers, content }) => {
      const message = openedText(content.toString()) as FlowMessage;
      const mapped = Buffer.from(sealedText({ ...message, body: map(message.body) }));
      void this.world.publish(this.queue, mapped, { ...headers, stepId: other.id });
    });
  }

  /** Starts `replicas` processes on the step's queue and resolves when all of them listen. */
  async start(replicas = 1, env: Readonly<Record<string, string>> = {}): Promise<Sailor[]> {
    const started = Array.from({ length: replicas }, () => this.run(env));
    return Promise.all(started.map((sailor) => sailor.listening()));
  }

  /** Starts one process without waiting for it. */
  run(env: Readonly<Record<string, string>> = {}): Sailor {
    const { root } = this.options;
    const sailor = new Sailor({ ...(root ? { root } : {}), env: { ...this.env(), ...env } });
    this.sailors.push(sailor);
    return sailor;
  }

  /** What the platform sets for a step, and what the test adds. */
  env(): Record<string, string> {
    const { prefix, api } = this.world;
    const { action, prefetch = 1, env, amqpUrl = AMQP_URL } = this.options;
    const platform = {
      FLOW_ID: prefix,
      EXEC_ID: 'exec',
      STEP_ID: this.id,
      CONTAINER_ID: 'container',
      WORKSPACE_ID: 'workspace',
      USER_ID: 'user',
      COMP_ID: 'component',
      FUNCTION: action,
      API_URI: api.url,
      API_USERNAME: API_CREDENTIALS.username,
      API_KEY: API_CREDENTIALS.key,
      AMQP_URI: amqpUrl,
      LISTEN_MESSAGES_ON: this.queue,
      PUBLISH_MESSAGES_TO: prefix,
      DATA_ROUTING_KEY: this.key('data'),
      ERROR_ROUTING_KEY: this.key('error'),
      REBOUND_ROUTING_KEY: this.key('rebound'),
      SNAPSHOT_ROUTING_KEY: this.key('snapshot'),
      MESSAGE_CRYPTO_IV: CRYPTO.iv,
      MESSAGE_CRYPTO_PASSWORD: CRYPTO.password,
      RABBITMQ_PREFETCH_SAILOR: String(prefetch),
      OBJECT_STORAGE_URI: api.url,
      OBJECT_STORAGE_TOKEN,
    };
    const named = Object.entries(platform).map(([name, value]) => [`ELASTICIO_${name}`, value]);
    return { ...(Object.fromEntries(named) as Record<string, string>), ...env };
  }

  /** Sends a message to the step as the step before it would; returns the message's id when the broker has it. */
  async send(body: FlowMessage['body'], { id = randomUUID(), passthrough = {}, headers = {} }: Sent = {}) {
    const content = Buffer.from(sealedText({ id, body, headers, attachments: {}, passthrough }));
    await this.world.publish(this.queue, content, {
      messageId: id,
      threadId: `thread of ${id}`,
      stepId: 'before',
    });
    return id;
  }

  /** Messages in the step's queue that no process has taken. */
  async waiting(): Promise<number> {
    return this.world.waiting(this.queue);
  }

  /** Everything that its processes wrote. */
  get log(): string {
    return this.sailors.map(({ log }) => log).join('\n');
  }
}

/** An exchange, queues and a platform of a test's own. */
export class World {
  readonly prefix = `flow-ring-${randomUUID().slice(0, 8)}`;
  private readonly queues: string[] = [];
  private steps: Step[] = [];

  private constructor(
    private readonly connection: ChannelModel,
    private readonly publishing: ConfirmChannel,
    private readonly consuming: Channel,
    readonly api: PlatformApi,
  ) {}

  static async create(): Promise<World> {
    const connection = await connect(AMQP_URL, { timeout: UNTIL_BOUND_MS });
    const world = new World(
      connection,
      await connection.createConfirmChannel(),
      await connection.createChannel(),
      await platformApi(),
    );
    await world.consuming.assertExchange(world.prefix, 'direct', { durable: false, autoDelete: true });
    return world;
  }

  async step(options: StepOptions): Promise<Step> {
    const step = new Step(this, `step_${this.steps.length + 1}`, options);
    this.steps.push(step);
    return step.declare();
  }

  async queue(
    name: string,
    key: string,
    options: { deadLetterExchange?: string; deadLetterRoutingKey?: string } = {},
  ): Promise<void> {
    await this.consuming.assertQueue(name, { durable: false, expires: ORPHAN_MS, ...options });
    this.queues.push(name);
    await this.bind(name, key);
  }

  /** Has the queue receive what is published with `key`. */
  async bind(queue: string, key: string): Promise<void> {
    await this.consuming.bindQueue(queue, this.prefix, key);
  }

  /** Takes a copy of everything that is published with `key`. */
  async tap(key: string, take: (published: Published) => void): Promise<void> {
    const { queue } = await this.consuming.assertQueue('', { exclusive: true });
    await this.consuming.bindQueue(queue, this.prefix, key);
    const onMessage = (message: ConsumeMessage | null) => {
      if (!message) return;
      const { headers = {}, expiration } = message.properties as {
        headers?: Record<string, unknown>;
        expiration?: unknown;
      };
      take({ at: Date.now(), headers, expiration, content: message.content });
    };
    await this.consuming.consume(queue, onMessage, { noAck: true });
  }

  async publish(key: string, content: Buffer, headers: Record<string, unknown>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.publishing.publish(this.prefix, key, content, { headers, mandatory: true }, (error: unknown) => {
        if (error) reject(error instanceof Error ? error : new Error('the broker refused a message'));
        else resolve();
      });
    });
  }

  async waiting(queue: string): Promise<number> {
    return (await this.consuming.checkQueue(queue)).messageCount;
  }

  /** Ends what is left of the processes and removes the queues. */
  async close(): Promise<void> {
    const sailors = this.steps.flatMap((step) => step.sailors);
    for (const sailor of sailors) sailor.kill('SIGKILL');
    await Promise.all(sailors.map((sailor) => sailor.ended()));
    for (const queue of this.queues) await this.consuming.deleteQueue(queue);
    await this.connection.close();
    await this.api.stop();
  }
}
