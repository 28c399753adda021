import { useSignal } from '@preact/signals';
import type { StepInfo } from '../../protocol';
import { runs, start, stepId } from '../state';
import { verdictOf } from '../run-state';

const GROUPS = [
  { kind: 'trigger', title: 'Triggers' },
  { kind: 'action', title: 'Actions' },
] as const;

function Entry({ id, title }: StepInfo) {
  const run = runs.value[id];
  const tone = run && verdictOf(run).tone;
  return (
    <li>
      <button type="button" aria-current={id === stepId.value ? 'true' : undefined} onClick={() => (stepId.value = id)}>
        <span>{title}</span>
        {tone && <span class={`dot ${tone}`} title={run && verdictOf(run).text} />}
      </button>
    </li>
  );
}

/** All steps of the component, by a filter. */
export function StepList() {
  const filter = useSignal('');
  const steps = start.value?.steps ?? [];
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = steps.filter(({ title, id }) => words.every((word) => `${title} ${id}`.toLowerCase().includes(word)));
  return (
    <nav class="step-list" aria-label="Steps">
      <input
        id="filter"
        class="filter"
        type="search"
        placeholder="Filter  /"
        aria-label="Filter the steps"
        value={filter.value}
        onInput={(event) => (filter.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && shown[0]) stepId.value = shown[0].id;
        }}
      />
      {GROUPS.map(({ kind, title }) => {
        const group = shown.filter((step) => step.kind === kind);
        if (group.length === 0) return null;
        return (
          <section key={kind}>
            <h2 class="overline">{title}</h2>
            <ul>
              {group.map((step) => (
                <Entry key={step.id} {...step} />
              ))}
            </ul>
          </section>
        );
      })}
      {shown.length === 0 && <p class="empty">No step has such a name.</p>}
    </nav>
  );
}
