import { API_CREDENTIALS, type PlatformApi, type StepData } from './platform-api';
import { Sailor } from './sailor';

export interface ServiceCall {
  readonly method: 'verifyCredentials' | 'selectModel' | 'getMetaModel';
  readonly config: StepData['config'];
  /** Id of the action or trigger that is asked. */
  readonly action?: string;
  /** The name of the function that fills a drop-down. */
  readonly model?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string;
}

/** What the runtime posts: `status` is `success` or `error`. */
export interface ServiceResult {
  readonly status: string;
  readonly data: unknown;
  readonly log: string;
}

/** Has the runtime ask the component one question, as the platform does for credentials and drop-downs. */
export async function serviceCall(api: PlatformApi, call: ServiceCall): Promise<ServiceResult> {
  const { method, config, action, model, env, root } = call;
  const sailor = new Sailor({
    script: 'runService.js',
    args: [method],
    ...(root ? { root } : {}),
    env: {
      ELASTICIO_POST_RESULT_URL: `${api.url}/results`,
      ELASTICIO_CFG: JSON.stringify(config),
      ELASTICIO_API_URI: api.url,
      ELASTICIO_API_USERNAME: API_CREDENTIALS.username,
      ELASTICIO_API_KEY: API_CREDENTIALS.key,
      ELASTICIO_API_REQUEST_RETRY_ATTEMPTS: '3',
      ELASTICIO_API_REQUEST_RETRY_DELAY: '100',
      ...(action && { ELASTICIO_ACTION_OR_TRIGGER: action }),
      ...(model && { ELASTICIO_GET_MODEL_METHOD: model }),
      ...env,
    },
  });
  const { code, signal } = await sailor.ended();
  if (code !== 0) throw new Error(`the runtime ended with ${code ?? signal}:\n${sailor.log}`);
  return { ...(api.results.items.at(-1) as { status: string; data: unknown }), log: sailor.log };
}
