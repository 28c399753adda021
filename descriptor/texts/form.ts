import { COMPRESSIONS } from '../../lib/export/files-input';
import { GRANULARITIES, type Granularity } from '../../lib/export/input';
import { LINE_FORMATS } from '../../lib/export/lines';
import { BULK_EMIT_BEHAVIOURS, IF_ITEM_FAILS } from '../../lib/platform/bulk';
import { EMIT_BEHAVIOURS } from '../../lib/platform/list';
import { ERROR_POLICIES } from '../../lib/platform/error-policy';
import { IF_NOT_FOUND, type IfNotFound } from '../../lib/platform/not-found';
import { START_FROM } from '../../lib/platform/trigger';
import { IDENTITY, POOL } from './examples';

/** A field of a step or of the credential. Its place among the others is its place on the form. */
export interface FormField {
  readonly label: string;
  readonly help: string;
  readonly required?: true;
  readonly secret?: true;
  /** Of a check box. */
  readonly tick?: true;
  /** Of a field to type into. */
  readonly placeholder?: string;
  /** Of a drop-down: values with their labels, or the name of the function that lists them. */
  readonly model?: { readonly [value: string]: string } | string;
  /** Of a drop-down: the label of no choice. By default that of its first value. */
  readonly prompt?: string;
  /** Fields that must be filled in before the drop-down can be. */
  readonly require?: readonly string[];
}

export interface Form {
  readonly [name: string]: FormField;
}

/** The values of a drop-down in their own order, each with its label; a forgotten one does not compile. */
export const labelled = <Value extends string>(values: readonly Value[], labels: Readonly<Record<Value, string>>) => Object.fromEntries(values.map((value) => [value, labels[value]])) as Record<Value, string>;

const errorPolicy: FormField = {
  label: 'Error Handling Policy',
  model: labelled(ERROR_POLICIES, { retry: 'Retry in the component, then fail (default)', rebound: 'Use rebound: let the platform deliver the message again later', emit: 'Emit the error as a message', fail: "Don't retry (throw the error at once)" }),
  help: 'What happens when a call fails. All choices but the last first repeat, a few times, what may pass by itself: throttling, faults of the service, lost connections. Retry then fails. Rebound then has the platform deliver the message again after growing waits. Emit then sends a message whose body holds the members error and input, so that the flow can branch. What a repeat cannot cure, such as a refused value, is never repeated.',
};

const pool: FormField = { label: 'Identity Pool', model: 'identityPools', prompt: 'Take it from each message', help: 'The identity pool for messages that do not map Identity Pool ID themselves. The list shows the pools of the region that the credential names, by name and id.' };

const behaviours = { singlePage: 'One page, as the API answers', fetchAll: 'Fetch all: everything in one message', fetchPage: 'Fetch page: one message per page', emitIndividually: 'Emit individually: one message per item' };

const emitBehaviour: FormField = {
  label: 'Emit Behavior',
  model: labelled(EMIT_BEHAVIOURS, { ...behaviours, singlePage: `${behaviours.singlePage} (default)` }),
  help: 'How a list becomes messages. A page that is not the last says so in its header cognito-sync-has-more and in the log. A message of one item names every member of its kind, null where there is nothing. Fetch all keeps the whole list in memory and can outgrow what the platform takes in one message; prefer the last two for long lists.',
};

/** As above, for a list that is no operation of Cognito Sync. */
export const emitsIndividually: Form = { emitBehaviour: { ...emitBehaviour, model: labelled(EMIT_BEHAVIOURS, { ...behaviours, emitIndividually: `${behaviours.emitIndividually} (default)` }), prompt: `${behaviours.emitIndividually} (default)` } };

/** @param defaultChoice what no choice means */
export const ifNotFound = (defaultChoice: IfNotFound, advice: string, what = 'there is no such dataset'): FormField => {
  const choices = { error: 'Fail with an error', emptyObject: 'Emit an empty object', nothing: 'Emit nothing' };
  const model = labelled(IF_NOT_FOUND, { ...choices, [defaultChoice]: `${choices[defaultChoice]} (default)` });
  return { label: 'If Not Found', model, prompt: model[defaultChoice], help: `What happens where ${what}. ${advice} A pool that does not exist is an error whatever is chosen.` };
};

/**
 * The fields of an action that takes these members: a pool for those of one pool, emit behaviours where there are pages.
 * @param own of this action alone
 */
export const formOf = (members: object, own: Form = {}): Form => ({ ...('IdentityPoolId' in members && { IdentityPoolId: pool }), ...('NextToken' in members && { emitBehaviour }), ...own, errorPolicy });

const granularity: FormField = {
  label: 'Granularity',
  model: labelled<Granularity>(GRANULARITIES, { record: 'One message per record (default)', dataset: 'One message per dataset', identity: 'One message per identity' }),
  help: 'What one message holds. One message per record suits a database or a mapping, and takes longest, since the platform passes on about a hundred messages a second. A dataset or an identity that is too large for one message comes in several.',
};

const emitSummary: FormField = {
  label: 'Emit Summary',
  tick: true,
  help: 'Sends one message more at the end, of Kind summary, with the totals and what was skipped. Without it the totals stand in the log, and in the header cognito-sync-totals of the last message where one is left to come. A step that wants messages of one kind only, such as a CSV step, fails on a summary.',
};

const reportPresence: FormField = {
  label: 'Report What Is Still There',
  tick: true,
  help: 'For a copy of the pool that shall lose what the pool has lost. Each pass then also sends, for each identity, a message of Kind presence that names its datasets, and a summary at its end; every message carries Pass Id. What a complete pass did not name is gone. docs/mirror.md has the SQL for a receiver.',
};

export const ofExport: Form = { IdentityPoolId: pool, Granularity: granularity, emitSummary, reportPresence, errorPolicy };

/** Of an export into files. */
export const ofExportToFiles: Form = {
  IdentityPoolId: pool,
  Format: { label: 'Format', model: labelled(LINE_FORMATS, { ndjson: 'NDJSON: a JSON object in each line (default)', csv: 'CSV, with a header in each file' }), help: 'What the files hold: one line for each record, with the same columns in both formats.' },
  Compression: { label: 'Compression', model: labelled(COMPRESSIONS, { none: 'None (default)', gzip: 'gzip' }), help: 'Whether each file is compressed as a whole; its name then ends in .gz.' },
  FileSize: { label: 'File Size in MB', placeholder: '50', help: 'A file ends before it would be larger than this, as it is stored, and the next one begins. From 1 to 95, by default 50; the platform takes attachments of up to 100 MB. One file at a time is written to disk before it is stored.' },
  errorPolicy,
};

export const BULK_CONCURRENCY = 'How many datasets are written at the same time, from 1 to 50, by default 10.';

/** Of a write to many datasets. */
export const ofBulk: Form = {
  IdentityPoolId: pool,
  Concurrency: { label: 'Datasets at a Time', placeholder: '10', help: `${BULK_CONCURRENCY} When AWS throttles, fewer calls are sent by themselves.` },
  emitBehaviour: {
    label: 'Emit Behavior',
    model: labelled(BULK_EMIT_BEHAVIOURS, { fetchAll: 'Fetch all: one message for all items (default)', emitIndividually: 'Emit individually: one message per item' }),
    help: 'How the outcomes become messages. One message for all items comes in parts where the platform would not take it whole. One message per item comes as soon as the item is done, at about a hundred a second, which is the pace of the platform.',
  },
  ifItemFails: {
    label: 'If an Item Fails',
    model: labelled(IF_ITEM_FAILS, { fail: 'Finish the others, then fail (default)', report: 'Report it in the answer' }),
    help: 'What happens when an item cannot be written. The others are finished in any case. The error then names the first ten that failed; the same message again changes nothing that is done and finishes what is left.',
  },
  errorPolicy,
};

const PROMPT = 'Choose it, or type it below';
const typedPool: FormField = { label: 'Identity Pool ID', placeholder: POOL, help: 'The identity pool, as region:UUID, where it is not in the list. A value here goes before the list.' };
/** A trigger has no message to take its pool from. */
const poolOfTrigger: Form = {
  IdentityPoolId: { label: 'Identity Pool', model: 'identityPools', prompt: PROMPT, help: 'The identity pool. The list shows the pools of the region that the credential names, and needs the permission cognito-sync:ListIdentityPoolUsage; with cognito-identity:ListIdentityPools it shows their names.' },
  TypedIdentityPoolId: typedPool,
};

/** Fields of several steps, which docs/steps.md describes once. */
export const sharedFields: Form = { IdentityPoolId: pool, TypedIdentityPoolId: typedPool, emitBehaviour, errorPolicy };

/** What an export reads, by fields of a trigger or members of a message. */
export const filters = {
  IdentityIds: 'Only these identities, with commas between them; all where it is left blank.',
  DatasetNames: 'Only the datasets of these names, with commas between them; all where it is left blank.',
  ModifiedSince: 'Only what was modified at this time or later, removed records included; everything where it is left blank. ISO 8601, UTC where it names no zone.',
  Concurrency: 'How many identities are read at a time, from 1 to 10, by default 4. More is faster until AWS throttles.',
};

export const ofExportTrigger: Form = {
  ...poolOfTrigger,
  Granularity: granularity,
  emitSummary,
  reportPresence,
  IdentityIds: { label: 'Identity IDs', help: filters.IdentityIds },
  DatasetNames: { label: 'Dataset Names', placeholder: 'profile,settings', help: filters.DatasetNames },
  ModifiedSince: { label: 'Modified Since', placeholder: '2026-01-31T00:00:00Z', help: filters.ModifiedSince },
  maxIdentitiesPerRun: { label: 'Identities per Run', placeholder: '10000', help: 'How many identities one run looks at before it ends and the next scheduled run goes on. Leave it blank to go through the whole pool in one run.' },
  Concurrency: { label: 'Concurrency', placeholder: '4', help: filters.Concurrency },
  errorPolicy,
};

const identity: FormField = { label: 'Identity ID', required: true, placeholder: IDENTITY, help: 'The user whose data is followed: an identity of the pool, as region:UUID.' };

/** @param what the first run may report */
const startFrom = (what: string): FormField => ({ label: 'Start From', model: labelled(START_FROM, { everything: 'Everything there is (default)', now: 'Only what comes later' }), help: `What the first run reports: ${what}, or nothing. Later runs report what has changed since.` });

export const ofRecordsTrigger: Form = {
  ...poolOfTrigger,
  IdentityId: identity,
  DatasetName: { label: 'Dataset', model: 'datasets', prompt: PROMPT, require: ['IdentityId'], help: 'The dataset to follow. The list shows those of the identity, and needs the permission cognito-sync:ListDatasets.' },
  TypedDatasetName: { label: 'Dataset Name', placeholder: 'profile', help: 'The dataset to follow where it is not in the list, since it may come into being later. A value here goes before the list.' },
  startFrom: startFrom('all records of the dataset'),
  errorPolicy,
};

export const ofDatasetsTrigger: Form = { ...poolOfTrigger, IdentityId: identity, startFrom: startFrom('all datasets of the identity'), errorPolicy };
