import { ConnectorError, invalidInput } from '../aws/error';
import { cognitoSync, type CognitoSync } from '../cognito-sync/client';
import { isObject } from '../cognito-sync/shape';
import { connectionOf, retryPolicy } from './connection';
import { messageOf, refuseOversize, type Envelope } from './message';
import type { Config, Message, Process, Runtime } from './runtime';

/** What a step does when AWS keeps refusing: the choices of the field `errorPolicy`, worded as elsewhere on the platform. */
export const ERROR_POLICIES = ['retry', 'rebound', 'emit', 'fail'] as const;
type ErrorPolicy = (typeof ERROR_POLICIES)[number];

/** One message on its way through an action or a trigger. */
export interface Step {
  /** The action's or trigger's id. */
  readonly name: string;
  readonly cfg: Config;
  /** The message's members, over the step's fields of the same names as defaults. */
  readonly input: { readonly [member: string]: unknown };
  /** The client for the pool of the input. @throws ConnectorError `InvalidInput` when the credential cannot be used */
  readonly client: () => CognitoSync;
  /** Emits one message and resolves when the broker has it; `length` is about how long its JSON is, where that is known. */
  readonly emit: (body: object, envelope: Envelope & { readonly length?: number }) => Promise<void>;
}

/** The step's fields that stand in for members of the message. */
const DEFAULTED = ['IdentityPoolId', 'IdentityId', 'DatasetName'] as const;

function inputOf(name: string, message: Message, cfg: Config): Step['input'] {
  const body = message.body ?? {};
  if (!isObject(body)) throw invalidInput(name, 'the message body must be an object with the members of the operation');
  const input: { [member: string]: unknown } = { ...body };
  for (const member of DEFAULTED) {
    const isBlank = input[member] === undefined || input[member] === null || input[member] === '';
    if (isBlank && cfg[member]) input[member] = cfg[member];
  }
  return input;
}

function errorPolicyOf(name: string, cfg: Config): ErrorPolicy {
  const value = cfg['errorPolicy'] || 'retry';
  const policy = ERROR_POLICIES.find((known) => known === value);
  if (!policy) throw invalidInput(name, `errorPolicy must be one of ${ERROR_POLICIES.join(', ')}`);
  return policy;
}

/** Makes a process function of what one message means. */
export function step(name: string, perform: (step: Step) => Promise<void>): Process {
  return async function process(this: Runtime, message, cfg) {
    const policy = errorPolicyOf(name, cfg);
    let emitted = 0;
    const send = async (body: object, envelope: Envelope) => {
      await this.emit('data', messageOf(name, message.id, body, envelope));
      emitted++;
    };
    try {
      const input = inputOf(name, message, cfg);
      await perform({
        name,
        cfg,
        input,
        client: () => {
          const { region, endpointOf, credentials } = connectionOf(cfg, name, input['IdentityPoolId']);
          return cognitoSync({
            region,
            endpoint: endpointOf('cognito-sync'),
            credentials,
            policy: policy === 'fail' ? { ...retryPolicy(), retries: 0 } : retryPolicy(),
            log: (line) => this.logger?.info(line),
          });
        },
        emit: async (body, { length = Infinity, ...envelope }) => {
          refuseOversize(name, body, length);
          await send(body, envelope);
        },
      });
    } catch (cause) {
      if (!(cause instanceof ConnectorError)) throw cause;
      const error = cause.as(name);
      if (policy === 'emit') return send({ error: described(error), input: message.body ?? {} }, { item: 'error' });
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
