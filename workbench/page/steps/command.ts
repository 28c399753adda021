import type { Start, StepInfo } from '../../protocol';
import { textOf, type Draft } from '../draft';

/** Quoted for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A draft as a command of `npm run step`, without secrets: those stand in the environment; pure. */
export function commandOf({ id, kind }: StepInfo, draft: Draft, { credential, region, endpoint }: Start): string {
  const body =
    kind === 'trigger' ? '{}' : JSON.stringify(JSON.parse(draft.mode === 'Mapping' ? draft.sample : textOf(draft)));
  const fields = Object.entries(draft.fields).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [` ${quoted(`${name}=${value}`)}`] : [],
  );
  const where =
    credential.mode === 'local'
      ? `AWS_ACCESS_KEY_ID=AKIDLOCAL AWS_SECRET_ACCESS_KEY=local-secret AWS_REGION=${region} COGNITO_SYNC_ENDPOINT=${endpoint} `
      : '';
  return `echo ${quoted(body)} | ${where}npm run -s step -- ${id} -${fields.join('')}`;
}
