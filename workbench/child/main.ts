import { createRequire } from 'node:module';
import path from 'node:path';
import { format } from 'node:util';
import type { Process, Runtime } from '../../lib/platform/runtime';
import type { Failure, RunEvent } from '../protocol';
import { exportPool } from './export';
import type { Job } from './job';
import { applyMapping } from './map';
import { Masker } from './masker';
import { observe } from './wire';

/*
 * The process of one run. It is forked with next to nothing in its environment, gets the credential by IPC, and masks what it
 * sends back, so that no secret of a run is ever in the process that talks to the page.
 */

/** What the child sends besides the events of the page: they stay in the server. */
export type ChildEvent =
  | RunEvent
  | { readonly type: 'name'; readonly name: string; readonly token: string }
  | { readonly type: 'socket'; readonly n: number; readonly port: number; readonly nth: number };

const send = (event: ChildEvent) => process.send?.(event);

class MappingFailure extends Error {}

async function perform(job: Job, masker: Masker, now: () => number): Promise<void> {
  const load = <Module>(main: string) =>
    createRequire(path.join(job.root, 'package.json'))(path.join(job.root, main)) as Module;
  const loaded = () => {
    base = performance.now();
    send({ type: 'loaded', startMs: Math.round(base - asked) });
  };
  const result = (value: unknown) => send({ type: 'result', value: masker.value(value) });
  switch (job.kind) {
    case 'run': {
      const { process: step } = load<{ process: Process }>(job.main ?? '');
      loaded();
      return runStep(step, job, masker, now);
    }
    case 'choices': {
      const module = load<Record<string, (cfg: Job['cfg']) => Promise<unknown>>>(job.main ?? '');
      loaded();
      return void result(await module[job.choices ?? '']?.(job.cfg));
    }
    case 'verify': {
      const verify = load<(cfg: Job['cfg']) => Promise<unknown>>('verifyCredentials.js');
      loaded();
      return void result(await verify(job.cfg));
    }
    case 'map':
      loaded();
      return void result(await mapped(job));
    case 'export':
      loaded();
      return exportPool(job, { send, now });
  }
}

async function mapped({ mapping }: Job): Promise<unknown> {
  if (!mapping) return undefined;
  try {
    return await applyMapping(mapping);
  } catch (error) {
    throw new MappingFailure(messageOf(error));
  }
}

async function runStep(step: Process, job: Job, masker: Masker, now: () => number): Promise<void> {
  const body = job.mapping ? await mapped(job) : job.message?.body;
  if (job.mapping) send({ type: 'mapped', body: masker.value(body ?? null) });
  const log =
    (level: string) =>
    (line: string, ...values: unknown[]) =>
      send({ type: 'log', level, line: masker.text(format(line, ...values)), ms: now() });
  const logger = {
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    debug: log('debug'),
    trace: log('trace'),
  };
  const runtime: Runtime & { logger: typeof logger } = {
    logger,
    emit: (event, payload) => {
      const plain = payload instanceof Error ? { name: payload.name, message: payload.message } : payload;
      masker.learn(plain);
      send({ type: 'emit', event, payload: masker.value(plain), ms: now() });
      return Promise.resolve();
    },
  };
  await step.call(runtime, { ...job.message, body }, job.cfg, job.snapshot ?? {});
}

const messageOf = (error: unknown): string => {
  if (error instanceof Error) return error.message;
  // JSONata throws plain objects.
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
};

function failureOf(error: unknown, masker: Masker): Failure {
  return {
    kind: error instanceof MappingFailure ? 'mapping' : 'thrown',
    message: masker.text(messageOf(error)),
    ...(error instanceof Error && error.stack && { stack: masker.text(error.stack) }),
  };
}

/** When the job came, and when its step was loaded: the zero of the times that the page sees. */
let asked = 0;
let base = 0;

process.once('message', (given: Job) => {
  asked = base = performance.now();
  const now = () => Math.round((performance.now() - base) * 10) / 10;
  const masker = new Masker(given.names, (name, token) => send({ type: 'name', name, token }));
  const job: Job = { ...masker.unmask(given), names: {} };
  masker.learn(job.cfg);
  masker.add(process.env['ELASTICIO_OBJECT_STORAGE_TOKEN']);
  masker.learn(job.message?.body);
  masker.learn(job.mapping?.sample);
  if (job.kind !== 'export') {
    observe({
      masker,
      now,
      observer: {
        sent: (sent, socket) => {
          if (socket) send({ type: 'socket', n: sent.n, ...socket });
          send({ type: 'sent', ...sent });
        },
        answered: (answered) => send({ type: 'answered', ...answered }),
      },
    });
  }
  perform(job, masker, now).then(
    () => finish({ type: 'end', ms: now() }),
    (error: unknown) => finish({ type: 'end', ms: now(), error: failureOf(error, masker) }),
  );
});

/** Ends the process once the last event has left, since idle sockets would hold it. */
function finish(event: ChildEvent): void {
  process.send?.(event, () => process.exit(0));
}
