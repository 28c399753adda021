import { useSignal } from '@preact/signals';
import type { Field } from '../../protocol';
import { Button } from '../ui/controls';
import { HelpText } from '../ui/help-text';

interface FieldProps {
  readonly name: string;
  readonly field: Field;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Finds the choices of a field that a function of the step knows. @throws Error whose message is shown */
  readonly choices?: (name: string) => Promise<Readonly<Record<string, string>>>;
  /** Begins the ids of the form's elements. */
  readonly form: string;
}

/** One field of a step or of the credential, as the platform's form has it. */
export function FieldControl(props: FieldProps) {
  const { name, field, form } = props;
  const id = `${form}-${name}`;
  return (
    <div class="field">
      <label for={id}>
        {field.label}
        {field.required && <Required />}
      </label>
      <Control {...props} id={id} />
      {field.help?.description && <HelpText id={`${id}-help`} text={field.help.description} />}
    </div>
  );
}

export const Required = () => (
  <span class="required" title="required">
    *<span class="hidden"> required</span>
  </span>
);

function Control(props: FieldProps & { readonly id: string }) {
  const { field, value, onChange, id } = props;
  const common = { id, 'aria-describedby': field.help?.description ? `${id}-help` : undefined } as const;
  if (typeof field.model === 'string') return <FoundChoices {...props} />;
  if (field.viewClass === 'SelectView') {
    return (
      <select {...common} value={textOf(value)} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{field.prompt ?? ''}</option>
        {Object.entries(field.model ?? {}).map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  if (field.viewClass === 'CheckBoxView') {
    return (
      <input
        {...common}
        type="checkbox"
        checked={Boolean(value)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (field.viewClass === 'TextAreaView') {
    return <textarea {...common} value={textOf(value)} onInput={(event) => onChange(event.currentTarget.value)} />;
  }
  const isSecret = field.viewClass === 'PasswordFieldView';
  const input = {
    ...common,
    autocomplete: 'off',
    spellcheck: false,
    placeholder: field.placeholder,
    value: textOf(value),
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onChange(event.currentTarget.value),
  };
  return isSecret ? <input {...input} type="password" /> : <input {...input} type="text" />;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** A drop-down whose choices the step finds; where it cannot, one types. */
function FoundChoices({ name, field, value, onChange, choices, id }: FieldProps & { readonly id: string }) {
  const found = useSignal<Readonly<Record<string, string>> | undefined>(undefined);
  const refusal = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const find = async () => {
    if (busy.value || !choices) return;
    busy.value = true;
    refusal.value = undefined;
    try {
      found.value = await choices(name);
    } catch (error) {
      refusal.value = error instanceof Error ? error.message : String(error);
    } finally {
      busy.value = false;
    }
  };
  const current = textOf(value);
  const describedBy = `${id}-help${refusal.value ? ` ${id}-refusal` : ''}`;
  const known = found.value ?? {};
  const count = Object.keys(known).length;
  return (
    <>
      <div class="with-action">
        {refusal.value === undefined ? (
          <select
            id={id}
            aria-describedby={describedBy}
            value={current}
            onFocus={() => void (found.value ?? find())}
            onChange={(event) => onChange(event.currentTarget.value)}
          >
            <option value="">{field.prompt ?? 'Choose'}</option>
            {current !== '' && !(current in known) && <option value={current}>{current}</option>}
            {Object.entries(known).map(([key, label]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        ) : (
          <input
            id={id}
            aria-describedby={describedBy}
            value={current}
            placeholder={field.prompt}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        )}
        <Button
          icon="reload"
          kind="quiet"
          label={`Find the choices of ${field.label}`}
          onClick={() => void find()}
          disabled={busy.value}
        />
      </div>
      {refusal.value !== undefined && (
        <p class="problem" id={`${id}-refusal`} role="alert">
          {refusal.value}
        </p>
      )}
      {found.value && count === 0 && <p class="note">The service did not provide any options.</p>}
    </>
  );
}
