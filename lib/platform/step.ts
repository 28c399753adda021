import type { CallOptions } from '../aws/call';
import { cognitoIdentity, type CognitoIdentity } from '../cognito-identity/client';
import { cognitoSync, type CognitoSync } from '../cognito-sync/client';
import { ConnectorError } from '../error';
import {
  authorise,
  authorisePrepared,
  prepare,
  type Authorised,
  type Prepared,
  type Requirement,
} from './authorisation';
import { choiceOf } from './choice';
import { connectionOf, type Connection } from './connection';
import { ERROR_POLICIES, errorBody, type ErrorPolicy } from './error-policy';
import { inputOf, type Members } from './input';
import { messageOf, type Envelope } from './message';
import { refuseOversize } from './message-size';
import { bulkPolicy, retryPolicy } from './retry-policy';
import type { Config, Message, Process, Runtime } from './runtime';
import { unknownFields } from './step-fields';

/** One message on its way through an action or a trigger. */
export interface Step {
  /** The action's or trigger's id. */
  readonly name: string;
  readonly cfg: Config;
  /** The message's members, over the step's fields of the same names as defaults. */
  readonly input: Members;
  /** Reads the input and decides in whose name it is sent. @throws ConnectorError as {@link authorise} */
  readonly authorise: <Request extends object>(requirement: Requirement<Request>) => Promise<Authorised<Request>>;
  /**
   * Reads one of many inputs that a message holds; it is authorised later, without a line in the log for each of its calls.
   * @throws ConnectorError `InvalidInput`
   */
  readonly prepare: <Request extends object>(
    members: Members,
    requirement: Requirement<Request>,
  ) => Pick<Prepared<Request>, 'request' | 'owner'> & { readonly authorise: () => Promise<Authorised<Request>> };
  /** Where the calls go, by the credential. @throws ConnectorError `InvalidInput` when the credential cannot be used */
  readonly connect: () => Connection;
  /**
   * The client, with the access key or role, for the pool of the input.
   * @param options `quiet` for a step of so many calls that a line for each would drown the log
   * @throws ConnectorError `InvalidInput` when the credential cannot be used
   */
  readonly client: (options?: { readonly quiet: boolean }) => CognitoSync;
  /** The same for Cognito Identity. */
  readonly identityClient: (options?: { readonly quiet: boolean }) => CognitoIdentity;
  /** Emits one message and resolves when the broker has it; `length` is about how long its JSON is, where that is known. */
  readonly emit: (body: object, envelope: Envelope & { readonly length?: number }) => Promise<void>;
  /** The last saved snapshot; `{}` or nothing where there is none, or the user has reset it. */
  readonly snapshot: unknown;
  /** Saves this object, of at most 5 KB, for the next run; resolves when the broker has it. */
  readonly saveSnapshot: (snapshot: object) => Promise<void>;
  readonly log: (line: string) => void;
}

/** What goes out for one message. */
interface Outbox extends Pick<Step, 'emit'> {
  /** Has all that follow name the identity that the calls are made for. */
  readonly adopt: (identityId: string) => void;
  /** How many messages have been emitted. */
  readonly count: () => number;
}

function outboxOf(runtime: Runtime, name: string, inputId: string | undefined): Outbox {
  let emitted = 0;
  let identityId: string | undefined;
  return {
    emit: async (body, envelope) => {
      refuseOversize(name, body, envelope.length ?? Infinity);
      await runtime.emit('data', messageOf(name, inputId, body, identityId ? { identityId, ...envelope } : envelope));
      emitted++;
    },
    adopt: (adopted) => {
      identityId = adopted;
    },
    count: () => emitted,
  };
}

/** What came for one run of a step. */
interface Incoming {
  readonly message: Message;
  readonly cfg: Config;
  readonly snapshot: unknown;
  readonly policy: ErrorPolicy;
}

function stepOf(runtime: Runtime, name: string, { message, cfg, snapshot, policy }: Incoming, outbox: Outbox): Step {
  const log = (line: string) => runtime.logger?.info(line);
  const input = inputOf(name, message.body, cfg);
  const options: CallOptions = { policy: policy === 'fail' ? { ...retryPolicy(), retries: 0 } : retryPolicy(), log };
  let connection: Connection | undefined;
  const connect = (sessionToken?: string) =>
    (connection ??= connectionOf(sessionToken ? { ...cfg, sessionToken } : cfg, name, {
      poolId: input['IdentityPoolId'],
      log,
    }));
  const clientOptions = (service: string, quiet: boolean) => {
    const { region, endpointOf, credentials } = connect();
    const common = { region, endpoint: endpointOf(service), credentials };
    return quiet ? { ...common, policy: bulkPolicy(options.policy) } : { ...options, ...common };
  };
  return {
    name,
    cfg,
    input,
    connect,
    authorise: (requirement) => authorise({ name, input, connect, options, adopt: outbox.adopt }, requirement),
    prepare: (members, requirement) => {
      const quiet = { policy: bulkPolicy(options.policy) };
      const subject = { name, input: members, connect, options: quiet, adopt: () => undefined };
      const prepared = prepare(subject, requirement);
      return { ...prepared, authorise: () => authorisePrepared(subject, prepared) };
    },
    client: ({ quiet } = { quiet: false }) => cognitoSync(clientOptions('cognito-sync', quiet)),
    identityClient: ({ quiet } = { quiet: false }) => cognitoIdentity(clientOptions('cognito-identity', quiet)),
    snapshot,
    saveSnapshot: async (next) => {
      await runtime.emit('snapshot', next);
    },
    log,
    emit: outbox.emit,
  };
}

/** Makes a process function of what one message means. */
export function step(name: string, handler: (step: Step) => Promise<void>): Process {
  return async function process(this: Runtime, message, cfg, snapshot) {
    const policy = choiceOf({ name, cfg }, 'errorPolicy', ERROR_POLICIES, 'retry');
    for (const field of unknownFields(name, cfg)) {
      this.logger?.warn(`${name}: the form of the step has no field ${JSON.stringify(field.slice(0, 60))}`);
    }
    const outbox = outboxOf(this, name, message.id);
    try {
      await handler(stepOf(this, name, { message, cfg, snapshot, policy }, outbox));
    } catch (cause) {
      if (!(cause instanceof ConnectorError)) throw cause;
      const error = cause.as(name);
      if (policy === 'emit') {
        return outbox.emit(errorBody(error, message.body), { item: 'error' });
      }
      // What has been emitted would be emitted again.
      if (policy === 'rebound' && error.retry !== 'never' && outbox.count() === 0) {
        await this.emit('rebound', error);
        return;
      }
      throw error;
    }
  };
}
