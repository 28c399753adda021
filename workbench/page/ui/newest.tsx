import { useSignal } from '@preact/signals';

const AT_FIRST = 10;
const MORE = 100;

/** The newest of many items, and a button for earlier ones. */
export function useNewest<Item>(items: readonly Item[]) {
  const wanted = useSignal(AT_FIRST);
  const shown = items.slice(-wanted.value);
  const earlier = items.length - shown.length;
  const button = earlier > 0 && (
    <button type="button" class="more" onClick={() => (wanted.value += MORE)}>
      Show {Math.min(earlier, MORE)} of {earlier} earlier
    </button>
  );
  return { shown, button };
}
