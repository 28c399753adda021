import fc from 'fast-check';

/*
 * Random cases: the same ones each time, so that a failure is the change's own. `TRIES=50` in the environment plays fifty
 * times as many, others each time, to find what nobody thought of.
 */

const search = process.env['TRIES'];
const factor = Number(search ?? 1);

/** How many cases to play where usually `count` are. */
export const times = (count: number): number => count * factor;

fc.configureGlobal({ numRuns: times(100), ...(search === undefined ? { seed: 20261122 } : {}) });
jest.setTimeout(times(120_000));

export { fc };
