import type { Answer } from '../../lib/aws/call';

/**
 * A client of Cognito Sync, or of Cognito Identity, without a network: its calls are answered with `outputs` in order, the
 * last one for ever. An error among them is thrown.
 */
export function answering(...outputs: readonly [object, ...object[]]) {
  const sent: { operation: string; input: object }[] = [];
  /** The attempts that were waited after. */
  const waits: number[] = [];
  return {
    sent,
    waits,
    /** The names of the operations that were called, in order. */
    operations: () => sent.map(({ operation }) => operation),
    send: async <Input extends object, Output extends object>(
      { name }: { readonly name: string; readonly output?: Output },
      input: Input,
    ): Promise<Answer<Output>> => {
      sent.push({ operation: name, input });
      const output = outputs[Math.min(sent.length, outputs.length) - 1];
      if (output instanceof Error) throw output;
      return { output: output as Output, trace: { requestId: 'r-1', attempts: 1, durationMs: 0, length: 0 } };
    },
    retries: 3,
    backOff: (attempt: number) => {
      waits.push(attempt);
      return Promise.resolve();
    },
    now: Date.now,
  };
}

/** All that an iterable yields. */
export async function all<Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<Item[]> {
  const result: Item[] = [];
  for await (const item of items) result.push(item);
  return result;
}
