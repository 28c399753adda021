import { cognitoIdentity, type CognitoIdentity } from '../cognito-identity/client';
import { cognitoSync, type CognitoSync } from '../cognito-sync/client';
import { ConnectorError, invalidInput } from '../error';
import { authorise, type Authorised, type Requirement } from './authorisation';
import { connectionOf, retryPolicy } from './connection';
import { inputOf, presentable, type Members } from './input';
import { messageOf, refuseOversize, type Envelope } from './message';
import type { Config, Process, Runtime } from './runtime';

/** What a step does when AWS keeps refusing: the choices of the field `errorPolicy`, worded as elsewhere on the platform. */
export const ERROR_POLICIES = ['retry', 'rebound', 'emit', 'fail'] as const;
type ErrorPolicy = (typeof ERROR_POLICIES)[number];

/** One message on its way through an action or a trigger. */
export interface Step {
  /** The action's or trigger's id. */
  readonly name: string;
  readonly cfg: Config;
  /** The message's members, over the step's fields of the same names as defaults. */
  readonly input: Members;
  /** Reads the input and decides in whose name it is sent. @throws ConnectorError as {@link authorise} */
  readonly authorise: <Request extends object>(wanted: Requirement<Request>) => Promise<Authorised<Request>>;
  /**
   * The client, with the access key or role, for the pool of the input; `quiet` for a step of so many calls that a line for each would drown the log.
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

function errorPolicyOf(name: string, cfg: Config): ErrorPolicy {
  const value = cfg['errorPolicy'];
  if (!value) return 'retry';
  const policy = ERROR_POLICIES.find((known) => known === value);
  if (!policy) throw invalidInput(name, `errorPolicy must be one of ${ERROR_POLICIES.join(', ')}`);
  return policy;
}

/** Makes a process function of what one message means. */
export function step(name: string, handler: (step: Step) => Promise<void>): Process {
  return async function process(this: Runtime, message, cfg, snapshot) {
    const policy = errorPolicyOf(name, cfg);
    let emitted = 0;
    let identityId: string | undefined;
    const log = (line: string) => this.logger?.info(line);
    const send = async (body: object, envelope: Envelope) => {
      const complete = identityId ? { identityId, ...envelope } : envelope;
      await this.emit('data', messageOf(name, message.id, body, complete));
      emitted++;
    };
    try {
      const input = inputOf(name, message.body, cfg);
      const attempts = policy === 'fail' ? { ...retryPolicy(), retries: 0 } : retryPolicy();
      const clientOptions = (service: string, quiet = false) => {
        const { region, endpointOf, credentials } = connectionOf(cfg, name, input['IdentityPoolId'], undefined, log);
        return { region, endpoint: endpointOf(service), credentials, policy: attempts, log: quiet ? undefined : log };
      };
      const adopt = (id: string) => {
        identityId = id;
      };
      await handler({
        name,
        cfg,
        input,
        authorise: (wanted) => authorise({ name, cfg, input, options: { policy: attempts, log }, adopt }, wanted),
        client: (options) => cognitoSync(clientOptions('cognito-sync', options?.quiet)),
        identityClient: (options) => cognitoIdentity(clientOptions('cognito-identity', options?.quiet)),
        snapshot,
        saveSnapshot: async (next) => {
          await this.emit('snapshot', next);
        },
        log,
        emit: async (body, envelope) => {
          refuseOversize(name, body, envelope.length ?? Infinity);
          await send(body, envelope);
        },
      });
    } catch (cause) {
      if (!(cause instanceof ConnectorError)) throw cause;
      const error = cause.as(name);
      if (policy === 'emit') {
        return send({ error: described(error), input: presentable(message.body ?? {}) }, { item: 'error' });
      }
      // What has been emitted would be emitted again.
      if (policy === 'rebound' && error.retry !== 'never' && emitted === 0) {
        await this.emit('rebound', error);
        return;
      }
      throw error;
    }
  };
}

/** An error as the body of a message, for a flow that branches on it. */
function described({ name, text, status, requestId, operation }: ConnectorError) {
  return { name, message: text, statusCode: status, requestId, operation };
}
