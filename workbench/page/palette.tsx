import { useSignal } from '@preact/signals';
import { start, stepId, view, VIEWS, type View } from './state';
import { Dialog } from './ui/dialog';

interface Target {
  readonly name: string;
  readonly kind: string;
  readonly go: () => void;
}

/** Goes to a view or a step by its name. */
export function Palette({ onClose, views }: { readonly onClose: () => void; readonly views: readonly View[] }) {
  const typed = useSignal('');
  const at = useSignal(0);
  const targets: Target[] = [
    ...(start.value?.steps ?? []).map(({ id, title, kind }) => ({
      name: title,
      kind,
      go: () => {
        view.value = 'Steps';
        stepId.value = id;
      },
    })),
    ...VIEWS.filter((name) => views.includes(name)).map((name) => ({
      name,
      kind: 'view',
      go: () => (view.value = name),
    })),
  ];
  const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = targets.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).slice(0, 12);
  const go = (target: Target | undefined) => {
    if (!target) return;
    target.go();
    onClose();
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[at.value] && `palette-${at.value}`}
        aria-label="Step or view"
        placeholder="Step or view"
        autoFocus
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step) {
            event.preventDefault();
            at.value = (at.value + step + found.length) % Math.max(1, found.length);
          } else if (event.key === 'Enter') go(found[at.value]);
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="Steps and views" class="palette">
        {found.map((target, index) => (
          <li
            key={target.name}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at.value}
            onClick={() => go(target)}
          >
            {target.name} <span class="note">{target.kind}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
