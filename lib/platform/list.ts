import type { Answer } from '../aws/call';
import type { Page } from '../cognito-sync/model';
import type { Operation } from '../cognito-sync/operation';
import { listPages, type ListedPage } from '../cognito-sync/pages';
import { invalidInput } from '../error';
import { choiceOf } from './choice';
import type { Process } from './runtime';
import { step, type Step } from './step';

/** How a list is emitted: the choices of the field `emitBehaviour`, worded as elsewhere on the platform. */
export const EMIT_BEHAVIOURS = ['singlePage', 'fetchAll', 'fetchPage', 'emitIndividually'] as const;

type EmitBehaviour = (typeof EMIT_BEHAVIOURS)[number];

/** @param defaultBehaviour what a blank field means @throws ConnectorError `InvalidInput` for one that there is not */
export const emitBehaviourOf = (current: Step, defaultBehaviour: EmitBehaviour): EmitBehaviour =>
  choiceOf(current, 'emitBehaviour', EMIT_BEHAVIOURS, defaultBehaviour);

interface List<Request, Output, Item> {
  /** The member of the answer that holds the items. */
  readonly member: keyof Output & string;
  readonly items: (output: Output) => readonly Item[] | undefined;
  /** Distinguishes an item, in the state it is in, from all others of the list. */
  readonly identify: (item: Item) => string;
  /** The message of a single item, which can stand alone. */
  readonly row: (request: Request, item: Item) => object;
}

/** Where the list comes from. */
interface Source<Request, Output> {
  readonly page: () => Promise<Answer<Output>>;
  readonly pages: () => AsyncIterable<ListedPage<Output>>;
  readonly request: Request;
}

/** What all lists have in common. */
interface PageOutput {
  NextToken?: string;
}

const hasMore = ({ NextToken }: PageOutput) => Boolean(NextToken);

async function emitSinglePage({ name, log, emit }: Step, { output, trace }: Answer<PageOutput>): Promise<void> {
  if (hasMore(output)) {
    log(`${name}: the list goes on after this page; map NextToken, or choose another Emit Behavior, for the rest`);
  }
  await emit(output, { item: 'answer', trace, length: trace.length, hasMore: hasMore(output) });
}

async function emitPages({ emit }: Step, pages: AsyncIterable<ListedPage<PageOutput>>): Promise<void> {
  let latest = 0;
  let index = 0;
  for await (const { output, trace, round } of pages) {
    if (round !== latest) index = 0;
    latest = round;
    await emit(output, { item: `${round}/${index++}`, trace, length: trace.length, hasMore: hasMore(output) });
  }
}

async function emitWhole<Output extends PageOutput, Item>(
  { emit }: Step,
  { member, items }: Pick<List<never, Output, Item>, 'member' | 'items'>,
  pages: AsyncIterable<ListedPage<Output>>,
): Promise<void> {
  let all: Item[] = [];
  let length = 0;
  let last: ListedPage<Output> | undefined;
  for await (const page of pages) {
    const begins = page.round !== last?.round;
    all = begins ? [] : all;
    length = begins ? page.trace.length : length + page.trace.length;
    for (const item of items(page.output) ?? []) all.push(item);
    last = page;
  }
  if (!last) return;
  const count = 'Count' in last.output ? { Count: all.length } : {};
  await emit({ ...last.output, [member]: all, ...count }, { item: 'all', length });
}

/** Emits a list. All behaviours but `fetchAll` hold one page at a time in memory. */
export async function emitList<Request, Output extends PageOutput, Item extends object>(
  current: Step,
  behaviour: EmitBehaviour,
  list: List<Request, Output, Item>,
  { page, pages, request }: Source<Request, Output>,
): Promise<void> {
  if (behaviour === 'singlePage') return emitSinglePage(current, await page());
  if (behaviour === 'fetchPage') return emitPages(current, pages());
  if (behaviour === 'fetchAll') return emitWhole(current, list, pages());
  for await (const { output, trace } of pages()) {
    for (const item of list.items(output) ?? []) {
      await current.emit(list.row(request, item), { item: list.identify(item), trace, length: trace.length });
    }
  }
}

/** The action of an operation of Cognito Sync that answers in pages. */
export function listAction<Input extends Page & object, Output extends PageOutput, Item extends object>(
  operation: Operation<Input, Output>,
  list: List<Input, Output, Item>,
): Process {
  const requirement = { ...operation, predecessor: true };
  return step(operation.name, async (current) => {
    const behaviour = emitBehaviourOf(current, 'singlePage');
    const { client, request, once } = await current.authorise(requirement);
    if (once && behaviour !== 'singlePage') {
      throw invalidInput(
        operation.name,
        'the signature in the message is good for one page; choose that as the Emit Behavior of the step',
      );
    }
    await emitList(current, behaviour, list, {
      page: () => client.send(operation, request),
      pages: () => listPages(client, operation, request),
      request,
    });
  });
}
