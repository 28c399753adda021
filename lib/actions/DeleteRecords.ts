import { deleteRecords } from '../datasets/delete-records';
import { keysInput } from '../datasets/keys';
import { step } from '../platform/step';

/** Removes records of a dataset by their keys; doing it twice changes nothing. */
export const process = step('DeleteRecords', async ({ authorise, emit }) => {
  const { client, request } = await authorise({ authorisation: 'either', input: keysInput });
  const { output, trace, recovered } = await deleteRecords(client, request);
  await emit(output, { item: 'answer', trace, recovered });
});

export { identityPools } from '../platform/drop-down';
