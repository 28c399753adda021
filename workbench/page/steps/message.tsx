import { useSignal } from '@preact/signals';
import type { StepInfo } from '../../protocol';
import { call, CallFailure } from '../api';
import { exampleOf, isMembers, stubOf, type Members } from '../members';
import { formProblem, MODES, textOf, type Draft, type Mode } from '../draft';
import { problemOf } from '../json-problem';
import { edit, noteFailure, start } from '../state';
import { Button, Segments } from '../ui/controls';
import { Editor } from '../ui/editor';
import { JsonView } from '../ui/json-view';
import { MemberList } from './member';

interface Props {
  readonly step: StepInfo;
  readonly draft: Draft;
  readonly onRun: () => void;
}

/** The message that an action gets: by a form, as JSON, or as what a mapping makes of a sample. */
export function MessagePanel({ step, draft, onRun }: Props) {
  const text = textOf(draft);
  const problem = draft.mode === 'Developer' ? formProblem(text) : undefined;
  const change = (mode: Mode) => {
    if (problem !== undefined) return;
    const body = draft.text === undefined ? draft.body : (JSON.parse(draft.text) as Members);
    edit({ mode, ...withoutText(body) });
  };
  const fill = (body: unknown) => {
    if (draft.mode === 'Mapping') edit({ sample: JSON.stringify(body, null, 2) });
    else edit({ body: isMembers(body) ? body : {}, text: JSON.stringify(body, null, 2) });
  };
  const pool = start.value?.pool ?? '';
  const examples = step.in?.examples?.length ?? 0;
  return (
    <section class="block" aria-labelledby="message-title">
      <header class="block-header">
        <h2 id="message-title">Message</h2>
        <Segments
          label="How the message is written"
          names={MODES}
          current={draft.mode}
          onChange={change}
          disabled={problem !== undefined}
        />
        <span class="spacer" />
        {examples > 1 ? (
          <select
            class="examples"
            aria-label="Fill in an example"
            value=""
            onChange={({ currentTarget }) => {
              fill(exampleOf(step.in, pool, Number(currentTarget.value)));
              currentTarget.value = '';
            }}
          >
            <option value="">Example</option>
            {Array.from({ length: examples }, (_, index) => (
              <option key={index} value={index}>
                Example {index + 1}
              </option>
            ))}
          </select>
        ) : (
          <Button kind="quiet" onClick={() => fill(exampleOf(step.in, pool))}>
            Example
          </Button>
        )}
        <Button kind="quiet" onClick={() => fill({ ...(stubOf(step.in ?? {}) as Members), IdentityPoolId: pool })}>
          All fields
        </Button>
      </header>
      {draft.mode === 'Integrator' && (
        <MemberList
          schema={step.in ?? {}}
          members={draft.body}
          onChange={(body) => edit(withoutText(body))}
          id="message"
        />
      )}
      {draft.mode === 'Developer' && (
        <>
          <Editor
            label="Message, as JSON"
            language="json"
            text={text}
            onChange={(typed) => edit({ text: typed })}
            onRun={onRun}
          />
          {problem !== undefined && (
            <p class="problem" role="alert">
              {problem}. The form comes back when this is an object.
            </p>
          )}
        </>
      )}
      {draft.mode === 'Mapping' && <MappingPanel draft={draft} onRun={onRun} />}
    </section>
  );
}

/** A body without a text of its own; `exactOptionalPropertyTypes` leaves no way to say undefined. */
const withoutText = (body: Members): Partial<Draft> => ({ body, text: JSON.stringify(body, null, 2) });

function MappingPanel({ draft, onRun }: Omit<Props, 'step'>) {
  const result = useSignal<{ value: unknown } | { problem: string } | undefined>(undefined);
  const evaluate = async () => {
    try {
      const sample = JSON.parse(draft.sample) as unknown;
      const { result: value } = await call<{ result: unknown }>('map', { expression: draft.expression, sample });
      result.value = { value };
    } catch (error) {
      if (error instanceof CallFailure && noteFailure(error)) return;
      result.value = { problem: error instanceof Error ? error.message : String(error) };
    }
  };
  const sampleProblem = problemOf(draft.sample);
  return (
    <div class="mapping">
      <div>
        <h3 class="overline">JSONata expression</h3>
        <Editor
          label="JSONata expression"
          language="jsonata"
          text={draft.expression}
          onChange={(expression) => edit({ expression })}
          onRun={onRun}
        />
      </div>
      <div>
        <h3 class="overline">Sample of the step before</h3>
        <Editor
          label="Sample, as JSON"
          language="json"
          text={draft.sample}
          onChange={(sample) => edit({ sample })}
          onRun={onRun}
        />
      </div>
      {sampleProblem !== undefined && <p class="problem">{sampleProblem}</p>}
      <div class="row">
        <Button icon="eye" onClick={() => void evaluate()} disabled={sampleProblem !== undefined}>
          Evaluate
        </Button>
        <p class="note">
          The platform’s own functions, such as $moment, are missing here. $getPassthrough() is empty outside a flow.
        </p>
      </div>
      {result.value && 'value' in result.value && (
        <JsonView value={result.value.value} label="What the mapping makes" />
      )}
      {result.value && 'problem' in result.value && (
        <p class="problem" role="alert">
          {result.value.problem}
        </p>
      )}
    </div>
  );
}
