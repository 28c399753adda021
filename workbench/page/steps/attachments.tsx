import { useSignal } from '@preact/signals';
import { attachment } from '../api';
import { bytes } from '../format';
import { Button } from '../ui/controls';
import { saveBlob } from '../ui/file';
import { attempt } from '../use-call';

/** The files of a message by their names, as the platform has them. */
export type Attachments = Readonly<
  Record<string, { readonly url: string; readonly size?: number; readonly 'content-type'?: string }>
>;

/** The files of a message; they lie in the workbench, as they would lie in the platform's object storage. */
export function AttachmentList({ attachments }: { readonly attachments: Attachments }) {
  const problem = useSignal<string | undefined>(undefined);
  const files = Object.entries(attachments);
  if (files.length === 0) return null;
  return (
    <section aria-label="Attachments">
      <ul class="attachments">
        {files.map(([name, { url, size, 'content-type': type }]) => (
          <li key={name}>
            <Button
              icon="download"
              label={`Download ${name}`}
              onClick={() => void attempt(problem, async () => saveBlob(name, await attachment(url)))}
            />
            <code>{name}</code>
            <span class="note">{[type, size !== undefined && bytes(size)].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </section>
  );
}
