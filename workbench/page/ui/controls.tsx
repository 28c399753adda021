import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon';

interface ButtonProps {
  readonly onClick: () => void;
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  readonly label?: string;
  readonly kind?: 'primary' | 'quiet' | 'danger';
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}

/** A button; one of an icon alone needs a label. */
export function Button({ onClick, children, icon, label, kind, keys, disabled, pressed }: ButtonProps) {
  return (
    <button
      type="button"
      class={['button', kind, children === undefined && 'icon-only'].filter(Boolean).join(' ')}
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
    >
      {icon && <Icon name={icon} />}
      {children}
      {keys && <kbd>{keys}</kbd>}
    </button>
  );
}

interface TabsProps<Name extends string> {
  readonly label: string;
  readonly names: readonly Name[];
  readonly current: Name;
  readonly onChange: (name: Name) => void;
  /** Ids of tabs and panels begin with it. */
  readonly id: string;
  readonly counts?: Readonly<Partial<Record<string, number | string>>>;
}

/** Tabs as the ARIA Authoring Practices have them: one tab stop, arrow keys, Home and End. */
export function Tabs<Name extends string>({ label, names, current, onChange, id, counts = {} }: TabsProps<Name>) {
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = names.indexOf(current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + names.length) % names.length;
    onChange(names[index] as Name);
    (row.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={row} onKeyDown={move}>
      {names.map((name) => (
        <button
          type="button"
          role="tab"
          key={name}
          id={`${id}-tab-${name}`}
          aria-selected={name === current}
          aria-controls={name === current ? `${id}-panel` : undefined}
          tabIndex={name === current ? 0 : -1}
          onClick={() => onChange(name)}
        >
          {name}
          {counts[name] !== undefined && <span class="count">{counts[name]}</span>}
        </button>
      ))}
    </div>
  );
}

interface SegmentsProps<Name extends string> {
  readonly label: string;
  readonly names: readonly Name[];
  readonly current: Name;
  readonly onChange: (name: Name) => void;
  readonly disabled?: boolean;
}

/** One choice of a few. */
export function Segments<Name extends string>({ label, names, current, onChange, disabled }: SegmentsProps<Name>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {names.map((name) => (
        <button
          type="button"
          key={name}
          aria-pressed={name === current}
          disabled={disabled && name !== current}
          onClick={() => onChange(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** Copies text and says so, with what else is to be known of it. */
export async function copy(text: string, more = ''): Promise<void> {
  await navigator.clipboard.writeText(text);
  announce(`Copied. ${more}`.trim());
}

/** Says something to whoever listens rather than looks, and shows it for a moment. */
export function announce(text: string): void {
  const place = document.getElementById('announcement');
  if (place) place.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => {
    if (place) place.textContent = '';
  }, 2_500);
}
let fading: ReturnType<typeof setTimeout> | undefined;
