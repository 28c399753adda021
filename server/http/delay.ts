import { setTimeout } from 'node:timers/promises';

/** Waits `milliseconds`; keeps no process alive. */
export const delay = (milliseconds: number) => setTimeout(milliseconds, undefined, { ref: false });
