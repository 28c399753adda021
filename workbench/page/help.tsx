import { singleKeys } from './state';
import { Dialog } from './ui/dialog';

const KEYS = [
  ['Ctrl ⏎', 'Run the step or the flow'],
  ['Esc', 'Stop the step, the flow or the export'],
  ['Ctrl K', 'Find a step or a view'],
  ['Alt 1 … 5', 'Steps, Data, Faults, Flow, Export'],
  ['Ctrl .', 'Integrator, Developer, Mapping'],
  ['/', 'Filter the steps'],
  ['?', 'This help'],
] as const;

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} class="contents">
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => (singleKeys.value = event.currentTarget.checked)}
        />
        The keys <kbd>/</kbd> and <kbd>?</kbd> work without Ctrl
      </label>
      <p class="note">Everything runs on this machine. With the local server, nothing leaves it.</p>
    </Dialog>
  );
}
