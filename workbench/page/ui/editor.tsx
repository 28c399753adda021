import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Editing } from './codemirror';

interface Props {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly language: 'json' | 'jsonata';
}

/** A text editor; it is loaded when it is first needed, and until then a plain text area stands in its place. */
export function Editor({ label, text, onChange, onRun, language }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<Editing>();
  const latest = useRef({ onChange, onRun });
  latest.current = { onChange, onRun };
  useEffect(() => {
    let made: Editing | undefined;
    let gone = false;
    void import('./codemirror').then(({ createEditor }) => {
      if (gone || !place.current) return;
      made = createEditor(place.current, {
        label,
        text,
        language,
        onChange: (changed) => latest.current.onChange(changed),
        onRun: () => latest.current.onRun(),
      });
      setEditing(made);
    });
    return () => {
      gone = true;
      made?.destroy();
    };
  }, [label, language]);
  // At once after the render: later, what has been typed meanwhile would be taken back.
  useLayoutEffect(() => editing?.replace(text), [editing, text]);
  return (
    <div class="editor" ref={place}>
      {!editing && (
        <textarea
          aria-label={label}
          spellcheck={false}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
