import { keysInput } from '../datasets/keys';
import { lookUpRecords } from '../datasets/look-up';
import { orIfNotFound } from '../platform/not-found';
import { step } from '../platform/step';
import { readInput } from '../shape';

/** Reads records of a dataset by their keys. */
export const process = step('LookUpRecords', async (current) => {
  const { name, authorise, emit } = current;
  await orIfNotFound(current, 'error', async () => {
    const { client, request } = await authorise({
      authorisation: 'either',
      read: (members, later) => readInput(name, keysInput, members, later),
    });
    await emit(await lookUpRecords(client, request), { item: 'answer' });
  });
});

export { identityPools } from '../platform/drop-down';
