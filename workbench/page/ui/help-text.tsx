import { useSignal } from '@preact/signals';

/** Longer help is cut to a line until one asks for the rest. */
const SHORT_CHARACTERS = 84;

/** The help of a field, below it. */
export function HelpText({ id, text }: { readonly id: string; readonly text: string }) {
  const open = useSignal(false);
  const isLong = text.length > SHORT_CHARACTERS;
  return (
    <div class="help-row">
      <p class={open.value ? 'help open' : 'help'} id={id}>
        {text}
      </p>
      {isLong && (
        <button
          type="button"
          class="link"
          aria-expanded={open.value}
          aria-controls={id}
          onClick={() => (open.value = !open.value)}
        >
          {open.value ? 'less' : 'more'}
          <span class="hidden"> help</span>
        </button>
      )}
    </div>
  );
}
