import { homepage, version } from '../package.json';
import { propertiesOfAnswer } from './answers';
import * as credentials from './texts/credentials';
import { emittedError } from './texts/emitted-error';
import type { Form, FormField } from './texts/form';
import { inputSchema } from './input';
import { operationSteps } from './texts/operations';
import { BulkUpsertRecords, DeleteRecords, ExportIdentityPoolToFiles, LookUpRecords } from './texts/many';
import { ExportIdentityPool, GetIdentityId, ListIdentities, UpsertRecords } from './texts/own-steps';
import { exampleOf, type Schema } from './schema';
import type { Step, Steps } from './step';
import { triggers } from './texts/triggers';
import { variables } from './texts/variables';

export { triggers };

/** The actions, those that flows need most first. */
export const actions: Steps = {
  UpsertRecords,
  BulkUpsertRecords,
  LookUpRecords,
  DeleteRecords,
  ExportIdentityPool,
  ExportIdentityPoolToFiles,
  ...operationSteps,
  GetIdentityId,
  ListIdentities,
};

export const title = 'Amazon Cognito Sync';

/** Where docs/steps.md is read; each step has a section of its title. */
const REFERENCE = `${homepage}/blob/main/docs/steps.md`;

/** The anchor that GitHub gives to a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-');

/** Room between the orders of neighbours, so that a later one finds its place. */
const ORDER = 10;

/** Gives each its place: the platform shows the highest order first. */
const inOrder = <From, To>(all: Readonly<Record<string, From>>, render: (one: From, order: number, id: string) => To) =>
  Object.fromEntries(
    Object.entries(all).map(([id, one], index, { length }) => [id, render(one, ORDER * (length - index), id)]),
  );

function viewOf({ model, secret, tick }: FormField): string {
  if (tick) return 'CheckBoxView';
  if (model) return 'SelectView';
  return secret ? 'PasswordFieldView' : 'TextFieldView';
}

const formOf = (form: Form) =>
  inOrder(form, (field, order) => {
    const { label, required = false, placeholder, model, require, help } = field;
    const prompt = field.prompt ?? (typeof model === 'object' ? Object.values(model)[0] : undefined);
    return {
      viewClass: viewOf(field),
      label,
      required,
      order,
      ...(placeholder && { placeholder }),
      ...(prompt && { prompt }),
      ...(model && { model }),
      ...(require && { require }),
      help: { description: help },
    };
  });

/** The help of a step: what to know, whose credentials it takes, and what they must be permitted to do. */
export function helpOf({ help, credentials: needed, permissions }: Step): string {
  const plural = permissions.length > 1 ? 's' : '';
  return [help, needed && `Credentials: ${needed}`, `IAM permission${plural}: ${permissions.join(', ')}.`]
    .filter(Boolean)
    .join(' ');
}

const stepOf = (kind: 'actions' | 'triggers') => (step: Step, order: number, id: string) => ({
  main: `./dist/lib/${kind}/${id}.js`,
  title: step.title,
  ...(kind === 'triggers' && { type: 'polling' }),
  order,
  description: step.description,
  help: { description: helpOf(step), link: `${REFERENCE}#${anchorOf(step.title)}` },
  fields: formOf(step.fields),
  metadata: {
    ...(step.input && { in: `./lib/schemas/${id}.in.json` }),
    out: `./lib/schemas/${id}.out.json`,
  },
});

/** component.json. */
export const component = () => ({
  title,
  description: 'Reads, writes, watches and exports the user data that apps keep in Amazon Cognito Sync.',
  version,
  docsUrl: homepage,
  help: {
    description:
      'Every operation of Amazon Cognito Sync as a step. AWS takes no new customers for this service, so an account that already uses it is needed; a local server to try the steps on comes with the component.',
    link: REFERENCE,
  },
  envVars: Object.fromEntries(
    Object.entries(variables).map(([name, { values, defaultValue, description }]) => [
      name,
      { required: false, description: `${description}. ${values}, by default ${defaultValue}.` },
    ]),
  ),
  credentials: {
    help: { description: credentials.help, link: `${REFERENCE}#credential` },
    fields: formOf(credentials.fields),
  },
  triggers: inOrder(triggers, stepOf('triggers')),
  actions: inOrder(actions, stepOf('actions')),
});

/** An answer, or the error in place of one where the step's policy is to emit it. */
function outputSchema(id: string, { output, outputExamples }: Step): Schema {
  const answer = propertiesOfAnswer(output, `${id}.out`);
  const error = propertiesOfAnswer(emittedError, `${id}.out`);
  return {
    type: 'object',
    properties: { ...answer, ...error },
    examples: [...(outputExamples ?? [exampleOf(answer)]), exampleOf(error)],
  };
}

/** The files of lib/schemas, by their names. */
export const schemas = (): ReadonlyMap<string, Schema> =>
  new Map(
    Object.entries({ ...triggers, ...actions }).flatMap(([id, step]): [string, Schema][] => [
      ...(step.input ? ([[`${id}.in.json`, inputSchema(id, step.input)]] as [string, Schema][]) : []),
      [`${id}.out.json`, outputSchema(id, step)],
    ]),
  );
