import { signal } from '@preact/signals';
import type { Change } from '../../protocol';
import { stream } from '../api';
import { noteFailure } from '../state';

/** Which part of the local server's data is looked at. */
export const place = signal<{ readonly pool?: string; readonly identity?: string; readonly dataset?: string }>({});

/** The newest changes of the local server, and how many there were. */
export const changes = signal<{ readonly newest: readonly Change[]; readonly count: number }>({ newest: [], count: 0 });

const SHOWN = 500;
let following = false;

/** Follows the changes for as long as the page is open. */
export async function follow(): Promise<void> {
  if (following) return;
  following = true;
  const add = (lines: readonly Change[]) => {
    const newest = [...changes.value.newest, ...lines].slice(-SHOWN);
    changes.value = { newest, count: newest.at(-1)?.n ?? 0 };
  };
  try {
    await stream<Change>('data/changes', {}, add, new AbortController().signal);
  } catch (error) {
    noteFailure(error);
  } finally {
    following = false;
  }
}
