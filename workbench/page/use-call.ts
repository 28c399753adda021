import { useSignal, type Signal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import { call } from './api';
import { noteFailure } from './state';

export interface Loaded<Output> {
  readonly value: Signal<Output | undefined>;
  readonly problem: Signal<string | undefined>;
  /** Calls again. */
  readonly reload: () => Promise<void>;
}

/** The answer of a call, made anew whenever its input is another; undefined as input makes none. */
export function useCall<Output>(name: string, input: object | undefined): Loaded<Output> {
  const value = useSignal<Output | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const key = input && JSON.stringify(input);
  const reload = useCallback(async () => {
    if (key === undefined) {
      value.value = undefined;
      return;
    }
    try {
      value.value = await call<Output>(name, JSON.parse(key) as object);
      problem.value = undefined;
    } catch (error) {
      if (!noteFailure(error)) problem.value = error instanceof Error ? error.message : String(error);
    }
  }, [name, key]);
  useEffect(() => void reload(), [reload]);
  return { value, problem, reload };
}

/** Makes a call and says why where it is refused. */
export async function attempt<Output>(
  problem: Signal<string | undefined>,
  action: () => Promise<Output>,
): Promise<Output | undefined> {
  problem.value = undefined;
  try {
    return await action();
  } catch (error) {
    if (!noteFailure(error)) problem.value = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}
