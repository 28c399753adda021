import type { Process } from '../../../lib/platform/runtime';
import { fieldNamesOf, unknownFields } from '../../../lib/platform/step-fields';
import { run } from '../../support/run';
import { component, entries } from '../descriptor';

const NONE = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', region: 'us-east-1', _account: 'a' };

it.each(entries)('$id names a field that its form does not have, once, and no other', async ({ id, kind, step }) => {
  const { process } = (await import(`../../../lib/${kind}/${id}`)) as { process: Process };
  const own = Object.fromEntries(Object.keys(step.fields ?? {}).map((name) => [name, '']));
  // Without a valid body nothing is sent.
  const logOf = async (fields: object) =>
    (await run(process, { body: 'none' }, { ...NONE, ...own, ...fields })).log.filter((line) =>
      line.includes('no field'),
    );
  expect(await logOf({})).toEqual([]);
  const line = `${id}: the form of the step has no field "emitBehavior"`;
  expect(await logOf({ emitBehavior: 'fetchAll' })).toEqual([line]);
  expect(await logOf({ emitBehavior: 'fetchAll' })).toEqual([]);
});

it('knows the fields of a step and of the credential', () => {
  expect(fieldNamesOf(component, 'DeleteDataset')).toEqual([
    'IdentityPoolId',
    'ifNotFound',
    'errorPolicy',
    ...Object.keys(component.credentials.fields),
  ]);
  expect(fieldNamesOf(component, 'Nothing')).toBeUndefined();
  expect(fieldNamesOf(undefined, 'DeleteDataset')).toBeUndefined();
});

it('says nothing of a step that component.json does not have', () => {
  expect(unknownFields('Nothing', { any: 'field' })).toEqual([]);
});
