import type { Answer } from '../aws/call';
import type { Page } from '../cognito-sync/model';
import type { Operation } from '../cognito-sync/operation';
import { listPages, type ListedPage } from '../cognito-sync/pages';
import { invalidInput } from '../error';
import { requirementOf } from './authorisation';
import type { Process } from './runtime';
import { step, type Step } from './step';

/** How a list is emitted: the choices of the field `emitBehaviour`, worded as elsewhere on the platform. */
export const EMIT_BEHAVIOURS = ['singlePage', 'fetchAll', 'fetchPage', 'emitIndividually'] as const;

type EmitBehaviour = (typeof EMIT_BEHAVIOURS)[number];

function emitBehaviourOf(
  { name, cfg }: Pick<Step, 'name' | 'cfg'>,
  defaultBehaviour: EmitBehaviour = 'singlePage',
): EmitBehaviour {
  const value = cfg['emitBehaviour'];
  if (!value) return defaultBehaviour;
  const behaviour = EMIT_BEHAVIOURS.find((known) => known === value);
  if (!behaviour) throw invalidInput(name, `emitBehaviour must be one of ${EMIT_BEHAVIOURS.join(', ')}`);
  return behaviour;
}

interface List<Request, Output, Item> {
  /** The member of the answer that holds the items. */
  readonly member: keyof Output & string;
  readonly items: (output: Output) => readonly Item[] | undefined;
  /** Tells an item, in the state it is in, from all others of the list. */
  readonly identify: (item: Item) => string;
  /** The message of a single item, which can stand alone. */
  readonly row: (request: Request, item: Item) => object;
  /** What a blank field means: `singlePage` where the list is an operation of Cognito Sync. */
  readonly defaultBehaviour?: EmitBehaviour;
}

/** Where the list comes from. */
interface Source<Request, Output> {
  readonly page: () => Promise<Answer<Output>>;
  readonly pages: () => AsyncIterable<ListedPage<Output>>;
  readonly request: Request;
}

/** Emits a list as the step's field `emitBehaviour` says. All but `fetchAll` hold one page at a time in memory. */
export async function emitList<Request, Output extends { NextToken?: string }, Item extends object>(
  current: Step,
  { member, items, identify, row, defaultBehaviour }: List<Request, Output, Item>,
  { page, pages, request }: Source<Request, Output>,
): Promise<void> {
  const behaviour = emitBehaviourOf(current, defaultBehaviour);
  const hasMore = ({ NextToken }: Output) => Boolean(NextToken);
  if (behaviour === 'singlePage') {
    const { output, trace } = await page();
    if (hasMore(output)) {
      current.log(
        `${current.name}: the list goes on after this page; map NextToken, or choose another Emit Behavior, for the rest`,
      );
    }
    return current.emit(output, { item: 'answer', trace, length: trace.length, hasMore: hasMore(output) });
  }

  let all: Item[] = [];
  let length = 0;
  let last: { output: Output; round: number } | undefined;
  let index = 0;
  for await (const { output, trace, round } of pages()) {
    const isFirst = round !== last?.round;
    index = isFirst ? 0 : index + 1;
    last = { output, round };
    switch (behaviour) {
      case 'fetchPage':
        await current.emit(output, {
          item: `${round}/${index}`,
          trace,
          length: trace.length,
          hasMore: hasMore(output),
        });
        break;
      case 'emitIndividually':
        for (const item of items(output) ?? []) {
          await current.emit(row(request, item), { item: identify(item), trace, length: trace.length });
        }
        break;
      case 'fetchAll':
        all = isFirst ? [] : all;
        length = isFirst ? trace.length : length + trace.length;
        for (const item of items(output) ?? []) all.push(item);
    }
  }
  if (behaviour === 'fetchAll' && last) {
    const count = 'Count' in last.output ? { Count: all.length } : {};
    await current.emit({ ...last.output, [member]: all, ...count }, { item: 'all', length });
  }
}

/** The action of an operation of Cognito Sync that answers in pages. */
export function listAction<Input extends Page & object, Output extends { NextToken?: string }, Item extends object>(
  operation: Operation<Input, Output>,
  list: List<Input, Output, Item>,
): Process {
  return step(operation.name, async (current) => {
    const behaviour = emitBehaviourOf(current);
    const { client, request, once } = await current.authorise(requirementOf(operation));
    if (once && behaviour !== 'singlePage') {
      throw invalidInput(
        operation.name,
        'the signature in the message is good for one page; choose that as the Emit Behavior of the step',
      );
    }
    await emitList(current, list, {
      page: () => client.send(operation, request),
      pages: () => listPages(client, operation, request),
      request,
    });
  });
}
