import { invalidInput } from '../aws/error';
import { listPages } from '../cognito-sync/list';
import type { Page } from '../cognito-sync/model';
import type { Operation } from '../cognito-sync/operation';
import { validate } from '../cognito-sync/validate';
import type { Process } from './runtime';
import { step, type Step } from './step';

/** How a list is emitted: the choices of the field `emitBehaviour`, worded as elsewhere on the platform. */
export const EMIT_BEHAVIOURS = ['singlePage', 'fetchAll', 'fetchPage', 'emitIndividually'] as const;

function emitBehaviourOf({ name, cfg }: Step) {
  const value = cfg['emitBehaviour'] || 'singlePage';
  const behaviour = EMIT_BEHAVIOURS.find((known) => known === value);
  if (!behaviour) throw invalidInput(name, `emitBehaviour must be one of ${EMIT_BEHAVIOURS.join(', ')}`);
  return behaviour;
}

interface List<Output, Item> {
  /** The member of the answer that holds the items. */
  readonly member: keyof Output & string;
  readonly items: (output: Output) => readonly Item[] | undefined;
  /** Tells an item, in the state it is in, from all others of the list. */
  readonly identify: (item: Item) => string;
  /** Members of the input that a message with a single item repeats, so that it can stand alone. */
  readonly context: readonly string[];
}

/** The action of an operation that answers in pages. All but `fetchAll` hold one page at a time in memory. */
export function listAction<Input extends Page & object, Output extends { NextToken?: string }, Item extends object>(
  operation: Operation<Input, Output>,
  { member, items, identify, context }: List<Output, Item>,
): Process {
  return step(operation.name, async (current) => {
    const { input, client, emit } = current;
    const behaviour = emitBehaviourOf(current);
    const request = validate(operation, input);

    if (behaviour === 'singlePage') {
      const { output, trace } = await client().send(operation, request);
      return emit(output, { item: 'answer', trace, length: trace.length });
    }

    const origin = Object.fromEntries(context.map((name) => [name, input[name]]));
    let all: Item[] = [];
    let length = 0;
    let last: { output: Output; round: number } | undefined;
    let index = 0;
    for await (const { output, trace, round } of listPages(client(), operation, request)) {
      const isFirst = round !== last?.round;
      index = isFirst ? 0 : index + 1;
      last = { output, round };
      switch (behaviour) {
        case 'fetchPage':
          await emit(output, { item: `${round}/${index}`, trace, length: trace.length });
          break;
        case 'emitIndividually':
          for (const item of items(output) ?? []) {
            await emit({ ...origin, ...item }, { item: identify(item), trace, length: trace.length });
          }
          break;
        case 'fetchAll':
          all = isFirst ? [] : all;
          length = isFirst ? trace.length : length + trace.length;
          for (const item of items(output) ?? []) all.push(item);
      }
    }
    if (behaviour === 'fetchAll' && last) {
      await emit({ ...last.output, [member]: all, Count: all.length }, { item: 'all', length });
    }
  });
}
