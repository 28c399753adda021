import { useSignal } from '@preact/signals';
import type { Schema } from '../../protocol';

export interface MemberProps {
  readonly name: string;
  readonly schema: Schema;
  /** Undefined where the member is absent. */
  readonly value: unknown;
  /** Undefined leaves the member out. */
  readonly onChange: (value: unknown) => void;
  readonly id: string;
}

/** A value that no other widget can hold, as JSON. */
export function JsonField({ schema, value, onChange, id, name }: MemberProps) {
  const text = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const shown = text.value ?? (value === undefined ? '' : JSON.stringify(value, null, 2));
  const change = (typed: string) => {
    text.value = typed;
    try {
      onChange(JSON.parse(typed));
      problem.value = undefined;
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <>
      <textarea
        class="json-field"
        aria-label={`${schema.title ?? name}, as JSON`}
        id={`${id}-json`}
        spellcheck={false}
        rows={Math.min(10, shown.split('\n').length)}
        value={shown}
        onInput={(event) => change(event.currentTarget.value)}
        onBlur={() => {
          if (problem.value === undefined) text.value = undefined;
        }}
      />
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </>
  );
}
