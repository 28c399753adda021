import type { Field, StepInfo } from '../../protocol';
import { call } from '../api';
import { FieldControl } from './field';

type Values = Readonly<Record<string, unknown>>;

interface Props {
  readonly step: StepInfo;
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  readonly form: string;
}

const byOrder = ([, one]: readonly [string, Field], [, other]: readonly [string, Field]) =>
  (other.order ?? 0) - (one.order ?? 0);

/** The fields of a step; drop-downs ask the step's own functions. */
export function StepFields({ step: { id, fields }, values, onChange, form }: Props) {
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const choices = (field: string) => call<Record<string, string>>('choices', { step: id, field, fields: filled });
  return (
    <section class="block" aria-label="Configure input">
      <header class="block-header">
        <h2>Configure input</h2>
      </header>
      <div class="members">
        {Object.entries(fields)
          .sort(byOrder)
          .map(([name, field]) => (
            <FieldControl
              key={name}
              form={form}
              name={name}
              field={field}
              value={values[name]}
              choices={choices}
              onChange={(value) => onChange({ ...values, [name]: value })}
            />
          ))}
      </div>
    </section>
  );
}
