import type { Start } from '../../protocol';

/** Quoted for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

interface Message {
  readonly step: string;
  readonly body: unknown;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A message as a command of `npm run step`, without secrets: those stand in the environment; pure. */
export function commandOf({ step, body, fields }: Message, { credential, region, endpoint }: Start): string {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'boolean' || (typeof value === 'string' && value !== '') ? [` ${quoted(`${name}=${value}`)}`] : [],
  );
  const where =
    credential.mode === 'local'
      ? `AWS_ACCESS_KEY_ID=AKIDLOCAL AWS_SECRET_ACCESS_KEY=local-secret AWS_REGION=${region} COGNITO_SYNC_ENDPOINT=${endpoint} `
      : '';
  return `printf %s ${quoted(JSON.stringify(body))} | ${where}npm run -s step -- ${step} -${given.join('')}`;
}
