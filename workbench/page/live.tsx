import { signal } from '@preact/signals';
import { credential } from './state';
import { isReading } from './reading';
import { Dialog } from './ui/dialog';
import { Button } from './ui/controls';

const asked = signal<{ readonly step: string; readonly answer: (goOn: boolean) => void } | undefined>(undefined);

/** Asks before a step writes to AWS with one's own keys; resolves with true where nothing has to be asked. */
export function confirmLive(step: string): Promise<boolean> {
  if (!credential.value?.live || isReading(step)) return Promise.resolve(true);
  return new Promise((resolve) => {
    asked.value = {
      step,
      answer: (goOn) => {
        asked.value = undefined;
        resolve(goOn);
      },
    };
  });
}

export function LiveDialog() {
  const question = asked.value;
  if (!question) return null;
  return (
    <Dialog title="Write to AWS?" onClose={() => question.answer(false)}>
      <p>{question.step} changes data in your AWS account. The local server is the place to try it without that.</p>
      <div class="row">
        <Button kind="danger" onClick={() => question.answer(true)}>
          Run it against AWS
        </Button>
        <Button onClick={() => question.answer(false)}>Cancel</Button>
      </div>
    </Dialog>
  );
}
