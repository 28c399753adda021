import { readFileSync } from 'node:fs';
import { credentialFromEnvironment } from './credential';
import { runStep, steps } from './component';

/**
 * `npm run step -- <Action> <message.json or -> [field=value …]`: runs one action or trigger once against AWS or a local
 * Cognito Sync. Prints each emitted body as a JSON line on stdout, logs on stderr, and exits with 1 after a one-line error.
 */
async function main([name, file, ...fields]: string[]): Promise<void> {
  if (!name || !file) {
    throw new Error(
      `Usage: npm run step -- <Action> <message.json or -> [field=value …]. Actions: ${Object.keys(steps).join(', ')}`,
    );
  }
  const message = readFileSync(file === '-' ? 0 : file, 'utf8');
  let body: unknown;
  try {
    body = JSON.parse(message);
  } catch (error) {
    throw new Error(`${file === '-' ? 'Standard input' : file} is not JSON: ${(error as Error).message}`);
  }
  const stepFields = fields.map((field) => {
    const [, key, value] = /^(\w+)=(.*)$/s.exec(field) ?? [];
    if (!key) throw new Error(`A step field is given as field=value, got «${field}»`);
    return [key, value] as const;
  });
  const cfg = { ...credentialFromEnvironment(), ...Object.fromEntries(stepFields) };
  await runStep(name, { body }, cfg, {
    onEmit: ({ event, payload }) => {
      if (event === 'data') console.log(JSON.stringify((payload as { body: unknown }).body));
      else console.error(`${event}: ${payload instanceof Error ? payload.message : JSON.stringify(payload)}`);
    },
    log: (line) => console.error(line),
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' '));
  process.exitCode = 1;
});
