import { randomUUID } from 'node:crypto';
import { isObject } from '../../lib/shape';
import * as operations from '../../lib/cognito-sync/operations';
import { FAULT_KINDS } from '../../server/faults';
import type { Job } from '../child/job';
import type { Mapping, Start } from '../protocol';
import type { Component } from './component';
import type { Credential } from './credential';
import { BadInput, Download, type Exchange, type Input, type Route } from './http';
import { text } from './input';
import { POOL, REGION, type Local } from './local';
import type { ObjectStorage } from './object-storage';
import type { Runs } from './runs';

/** What the calls of the page act on. */
export interface Workbench {
  readonly root: string;
  readonly component: Component;
  readonly credential: Credential;
  readonly runs: Runs;
  readonly local: Local;
  readonly storage: ObjectStorage;
}

/** Operations of Cognito Identity and STS that steps call, beside those of Cognito Sync. */
const OTHER_OPERATIONS = ['ListIdentities', 'GetId', 'GetCredentialsForIdentity', 'AssumeRole'];

/** The calls of the page about steps and credentials. */
export function stepRoutes(bench: Workbench): Readonly<Record<string, Route>> {
  const { component, credential, runs, local, storage } = bench;
  return {
    start: (): Start => ({
      title: component.title,
      version: component.version,
      steps: component.steps,
      credentialFields: component.credentialFields,
      credential: credential.info,
      endpoint: local.server.endpoint,
      pool: POOL,
      region: REGION,
      operations: [...Object.values(operations).map(({ name }) => name), ...OTHER_OPERATIONS],
      faultKinds: FAULT_KINDS,
    }),
    credential: (input) => credential.choose(input),
    verify: (_, { signal }) => runs.result(jobOf(bench, { kind: 'verify', cfg: credential.values }), signal),
    choices: (input, { signal }) => {
      const { step, fields } = stepAndFields(component, input);
      const field = text(input, 'field');
      const model = step.fields[field]?.model;
      if (typeof model !== 'string') throw new BadInput(`${field} is no field whose choices a step finds`);
      const cfg = { ...credential.values, ...fields };
      return runs.result(
        jobOf(bench, { kind: 'choices', main: mainOf(component, step.id), choices: model, cfg }),
        signal,
      );
    },
    map: async (input, { signal }) => ({
      result: (await runs.result(jobOf(bench, { kind: 'map', cfg: {}, mapping: mappingOf(input) }), signal)) ?? null,
    }),
    run: (input, exchange) => runStep(bench, input, exchange),
    attachment: (input) => {
      const file = storage.fileAt(text(input, 'url'));
      if (!file) throw new BadInput('The workbench does not hold this file, or no longer.');
      return new Download(file.content);
    },
  };
}

function runStep(bench: Workbench, input: Input, { write, signal }: Exchange): Promise<void> {
  const { component, credential, runs } = bench;
  const { step, fields } = stepAndFields(component, input);
  const message = { id: input['id'] === undefined ? randomUUID() : text(input, 'id'), body: input['body'] };
  const job = jobOf(bench, {
    kind: 'run',
    step: step.id,
    main: mainOf(component, step.id),
    cfg: { ...credential.values, ...fields },
    message,
    ...(input['mapping'] !== undefined && { mapping: mappingOf(input['mapping']) }),
    ...(input['snapshot'] !== undefined && { snapshot: input['snapshot'] }),
  });
  return runs.run(job, write, signal);
}

export const jobOf = ({ root }: Workbench, job: Omit<Job, 'root' | 'names'>): Omit<Job, 'names'> => ({ root, ...job });

/** A step that component.json names, and the values of its fields: neither a module nor a field comes from the page alone. */
export function stepAndFields(component: Component, input: Input) {
  const id = text(input, 'step');
  const step = component.steps.find((known) => known.id === id);
  if (!step) throw new BadInput(`There is no step ${id}`);
  const fields = input['fields'] ?? {};
  if (!isObject(fields)) throw new BadInput('fields must be an object');
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(step.fields, name));
  if (unknown !== undefined) throw new BadInput(`${unknown} is no field of ${id}`);
  return { step, fields: fields as Readonly<Record<string, unknown>> };
}

export const mainOf = (component: Component, step: string): string => {
  const main = component.mainOf(step);
  if (main === undefined) throw new BadInput(`There is no step ${step}`);
  return main;
};

function mappingOf(given: unknown): Mapping {
  if (!isObject(given)) throw new BadInput('mapping must be an object');
  const { expression, sample, passthrough } = given as Input;
  if (typeof expression !== 'string') throw new BadInput('expression must be text');
  if (passthrough !== undefined && !isObject(passthrough)) throw new BadInput('passthrough must be an object');
  return { expression, sample, ...(passthrough && { passthrough }) };
}
