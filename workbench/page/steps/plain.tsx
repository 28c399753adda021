import { numberOr, type widgetOf } from '../members';
import type { MemberProps } from './json-field';

/** A member and what edits it. */
export type WidgetProps = MemberProps & { readonly widget: ReturnType<typeof widgetOf> };

/** The text of a plain value. */
function shownAs(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
}

/** A member with a plain value: text, a number, or one of several choices. */
export function Plain({ schema, value, onChange, id, widget }: WidgetProps) {
  const described = { id, 'aria-describedby': schema.description ? `${id}-help` : undefined } as const;
  if (widget === 'choice' || widget === 'truth') {
    const choices = widget === 'truth' ? ['true', 'false'] : (schema.enum ?? []);
    const current = shownAs(value);
    return (
      <select
        {...described}
        value={current}
        onChange={({ currentTarget: { value: chosen } }) =>
          onChange(chosen === '' ? undefined : widget === 'truth' ? chosen === 'true' : chosen)
        }
      >
        <option value="">{value === null ? 'null' : 'not mapped'}</option>
        {current !== '' && !choices.includes(current) && <option value={current}>{current}</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  const [example] = schema.examples ?? [];
  return (
    <input
      {...described}
      type="text"
      inputMode={widget === 'number' ? 'numeric' : undefined}
      spellcheck={false}
      autocomplete="off"
      placeholder={
        value === undefined ? (example === undefined ? 'not mapped' : `not mapped, such as ${shownAs(example)}`) : ''
      }
      value={shownAs(value)}
      onInput={({ currentTarget: { value: text } }) => onChange(widget === 'number' ? numberOr(text) : text)}
    />
  );
}
