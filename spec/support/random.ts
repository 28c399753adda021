import fc from 'fast-check';

/*
 * Random cases: the same ones each time, so that a failure is the change's own. `TRIES=50` in the environment plays fifty
 * times as many, others each time, to find what nobody thought of.
 */

const search = process.env['TRIES'];
const factor = Number(search ?? 1);
if (!Number.isInteger(factor) || factor < 1) throw new Error(`TRIES must be a whole number from 1, got «${search}»`);

/** How many cases to play, or ms to allow, where usually `count` are. */
export const times = (count: number): number => count * factor;

fc.configureGlobal({ numRuns: times(100), ...(search === undefined ? { seed: 20261122 } : {}) });
// Jest's own 5 s, for as many cases.
jest.setTimeout(times(5_000));

export { fc };
