import { upsertRecords } from '../datasets/upsert';
import { upsertInput } from '../datasets/upsert-input';
import { step } from '../platform/step';

/** Brings records of a dataset to the wanted values, whatever they are now; doing it twice changes nothing. */
export const process = step('UpsertRecords', async ({ authorise, emit }) => {
  const { client, request } = await authorise({ authorisation: 'either', input: upsertInput });
  const { output, trace, recovered } = await upsertRecords(client, request);
  await emit(output, { item: 'answer', trace, recovered });
});

export { identityPools } from '../platform/drop-down';
