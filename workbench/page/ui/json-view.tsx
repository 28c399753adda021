import { useState } from 'preact/hooks';

/** Longer texts are folded, and longer lists shown in parts: the page stays quick with a value of a megabyte. */
const FOLDED_CHARACTERS = 2_048;
const SHOWN_ITEMS = 100;
const SHOWN_MORE = 50_000;

function Text({ text }: { readonly text: string }) {
  const [shown, setShown] = useState(FOLDED_CHARACTERS);
  const rest = text.length - shown;
  return (
    <>
      <span class="json-text">{JSON.stringify(rest > 0 ? text.slice(0, shown) : text)}</span>
      {rest > 0 && (
        <button type="button" class="fold" onClick={() => setShown(shown + SHOWN_MORE)}>
          … {rest.toLocaleString('en')} more characters
        </button>
      )}
    </>
  );
}

interface EntriesProps {
  readonly entries: readonly (readonly [name: string | undefined, value: unknown])[];
  readonly depth: number;
  readonly brackets: readonly [string, string];
}

function Entries({ entries, depth, brackets: [open, close] }: EntriesProps) {
  const [shown, setShown] = useState(SHOWN_ITEMS);
  const [isOpen, setOpen] = useState(true);
  if (entries.length === 0) return <>{open + close}</>;
  const indent = '  '.repeat(depth + 1);
  const toggle = (
    <button type="button" class="fold bracket" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
      {isOpen ? open : `${open} ${entries.length} ${close}`}
    </button>
  );
  if (!isOpen) return toggle;
  return (
    <>
      {toggle}
      {'\n'}
      {entries.slice(0, shown).map(([name, value], index) => (
        <span key={name ?? index}>
          {indent}
          {name !== undefined && (
            <>
              <span class="json-name">{JSON.stringify(name)}</span>:{' '}
            </>
          )}
          <Value value={value} depth={depth + 1} />
          {index < entries.length - 1 && ','}
          {'\n'}
        </span>
      ))}
      {entries.length > shown && (
        <>
          {indent}
          <button type="button" class="fold" onClick={() => setShown(shown + 10 * SHOWN_ITEMS)}>
            … {(entries.length - shown).toLocaleString('en')} more of {entries.length.toLocaleString('en')}
          </button>
          {'\n'}
        </>
      )}
      {'  '.repeat(depth)}
      {close}
    </>
  );
}

function Value({ value, depth }: { readonly value: unknown; readonly depth: number }) {
  if (typeof value === 'string') return <Text text={value} />;
  if (Array.isArray(value)) {
    return <Entries entries={value.map((item: unknown) => [undefined, item])} depth={depth} brackets={['[', ']']} />;
  }
  if (typeof value === 'object' && value !== null) {
    return <Entries entries={Object.entries(value)} depth={depth} brackets={['{', '}']} />;
  }
  return <span class="json-atom">{String(value)}</span>;
}

/** A JSON value, with folds; as text, never as markup. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <pre class="code json" tabIndex={0} role="region" aria-label={label}>
      <Value value={value} depth={0} />
    </pre>
  );
}

/** Text in a box, cut where it is long. */
export function TextView({ text, label }: { readonly text: string; readonly label: string }) {
  const [shown, setShown] = useState(4 * FOLDED_CHARACTERS);
  const rest = text.length - shown;
  return (
    <pre class="code" tabIndex={0} role="region" aria-label={label}>
      {rest > 0 ? text.slice(0, shown) : text}
      {rest > 0 && (
        <button type="button" class="fold" onClick={() => setShown(shown + SHOWN_MORE)}>
          … {rest.toLocaleString('en')} more characters
        </button>
      )}
    </pre>
  );
}
