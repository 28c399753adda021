import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { fieldNamesOf } from '../lib/platform/step-fields';
import { credentialFromEnvironment } from './credential';
import { component, entryOf, runStep, steps } from './component';

/**
 * `npm run step -- <Action> <message.json or -> [field=value …] [--snapshot FILE]`: runs one action or trigger once against
 * AWS or a local Cognito Sync. Prints each emitted body as a JSON line on stdout, logs on stderr, and exits with 1 after a
 * one-line error.
 */
const command = new Command('step')
  .description(
    'Runs one action or trigger once. Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, the region from AWS_REGION or the pool id, and another address than AWS from COGNITO_SYNC_ENDPOINT.',
  )
  .argument('<Action>', `one of ${Object.keys(steps).join(', ')}`)
  .argument('<message>', 'file with the body of the message as JSON, or - for standard input')
  .argument('[fields...]', 'fields of the step and of the credential, as field=value')
  .option(
    '--snapshot <file>',
    'JSON that a trigger goes on from, where there is such a file, and saves its snapshot to',
  );

function readJson(file: string | 0): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file === 0 ? 'Standard input' : file} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** @throws Error where there is no such step, or neither it nor the credential has such a field */
function configOf(name: string, fields: readonly string[]): Record<string, string> {
  entryOf(name);
  const known = fieldNamesOf(component, name) ?? [];
  const entries = fields.map((field) => {
    const [, key, value = ''] = /^(\w+)=(.*)$/s.exec(field) ?? [];
    if (!key) throw new Error(`A step field is given as field=value, got «${field}»`);
    if (!known.includes(key)) {
      throw new Error(`${name} has no field «${key}»; it and the credential have ${known.join(', ')}`);
    }
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}

/** What was saved last; nothing where there is no file yet. */
function readSnapshot(file: string | undefined): object {
  try {
    return file === undefined ? {} : (readJson(file) as object);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** The file holds a whole snapshot at any moment. */
function writeSnapshot(file: string, snapshot: unknown): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(snapshot)}\n`);
  renameSync(`${file}.tmp`, file);
}

async function main(name: string, file: string, fields: string[], { snapshot }: { snapshot?: string }): Promise<void> {
  const cfg = { ...credentialFromEnvironment(), ...configOf(name, fields) };
  const body = readJson(file === '-' ? 0 : file);
  await runStep(name, { body }, cfg, {
    onEmit: ({ event, payload }) => {
      if (event === 'data') return console.log(JSON.stringify((payload as { body: unknown }).body));
      if (event === 'snapshot' && snapshot !== undefined) return writeSnapshot(snapshot, payload);
      console.error(`${event}: ${payload instanceof Error ? payload.message : JSON.stringify(payload)}`);
    },
    log: (line) => console.error(line),
    snapshot: readSnapshot(snapshot),
  });
}

const [action = '', message = '', ...rest] = command.parse().args;
main(action, message, rest, command.opts<{ snapshot?: string }>()).catch((error: unknown) => {
  console.error((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' '));
  process.exitCode = 1;
});
