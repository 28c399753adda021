import { keysInput } from '../datasets/keys';
import { lookUpRecords } from '../datasets/look-up';
import { orIfNotFound } from '../platform/not-found';
import { step } from '../platform/step';

/** Reads records of a dataset by their keys. */
export const process = step('LookUpRecords', async (current) => {
  const { authorise, emit } = current;
  await orIfNotFound(current, 'error', async () => {
    const { client, request } = await authorise({ authorisation: 'either', input: keysInput });
    await emit(await lookUpRecords(client, request), { item: 'answer' });
  });
});

export { identityPools } from '../platform/drop-down';
