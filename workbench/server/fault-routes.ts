import type { Fault, NextFault, RatedFault } from '../../server/faults';
import type { FaultList } from '../protocol';
import { BadInput, type Input, type Route } from './http';
import { text } from './input';
import type { Local } from './local';

/** The calls of the page about the faults of the local server. */
export function faultRoutes(local: Local): Readonly<Record<string, Route>> {
  const list = (): FaultList => ({ ...local.server.faults.list(), struck: local.struck.list });
  const changing =
    (change: (input: Input) => void): Route =>
    (input) => {
      change(input);
      return list();
    };
  return {
    faults: list,
    'faults/next': changing((input) => local.server.faults.next(faultOf(input, 'count'))),
    'faults/rate': changing((input) => local.server.faults.rate({ rate: 0, ...faultOf(input, 'rate', 'seed') })),
    'faults/clear': changing(() => local.server.faults.clear()),
    'faults/remove': changing(({ among, index }) => remove(local, among, index)),
  };
}

/** Takes one waiting fault away. Those by rate begin their chances anew. */
function remove({ server: { faults } }: Local, among: unknown, index: unknown): void {
  const { next, rate } = faults.list();
  const without = <Item>(items: readonly Item[], name: string) =>
    items.filter((_, at) => !(among === name && at === index));
  faults.clear();
  without(next, 'next').forEach((fault: NextFault) => faults.next(fault));
  without(rate, 'rate').forEach((fault: RatedFault) => faults.rate(fault));
}

/** A fault as the form gives it, with the numbers that its kind has. */
function faultOf(
  input: Input,
  ...numbers: readonly string[]
): Fault & { count?: number; rate?: number; seed?: number } {
  const kind = text(input, 'kind') as Fault['kind'];
  const given = ['ms', 'retryAfter', ...numbers].flatMap((name) => {
    const value = input[name];
    if (value === undefined) return [];
    if (typeof value !== 'number' || !(value >= 0)) throw new BadInput(`${name} must be a number of at least 0`);
    return [[name, value] as const];
  });
  const { operation } = input;
  return {
    kind,
    ...(typeof operation === 'string' && operation !== '' && { operation }),
    ...Object.fromEntries(given),
  };
}
