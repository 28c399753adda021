import { headerOf, type HttpResponse } from './http';

/** AWS front ends turn a signing time away that is 5 minutes off; a smaller difference is no reason for a refusal. */
const LEAST_MS = 4 * 60_000;
/** No connection to AWS comes about with a clock that is further off: certificates would not be valid. */
const MOST_MS = 24 * 60 * 60_000;

/** What to add to our clock for the clock of an endpoint, in ms; kept for the life of the process. */
const offsets = new Map<string, number>();

/** The time by the clock of an endpoint, in epoch ms. */
export const theirTime = (origin: string, ourTime: number): number => ourTime + (offsets.get(origin) ?? 0);

/** What to add to our clock according to the `Date` of a refusal; undefined where that cannot be the refusal's reason. */
export function suggestedOffset(response: HttpResponse, signedFor: number, ourTime: number): number | undefined {
  const theirs = Date.parse(headerOf(response, 'date') ?? '');
  const offset = theirs - ourTime;
  return Math.abs(theirs - signedFor) > LEAST_MS && Math.abs(offset) <= MOST_MS ? offset : undefined;
}

/** Takes an offset for all later calls to an endpoint, once it has proved right. */
export function adoptOffset(origin: string, offset: number): void {
  offsets.set(origin, offset);
}
