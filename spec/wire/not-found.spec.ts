import { process as DeleteDataset } from '../../lib/actions/DeleteDataset';
import { process as DescribeDataset } from '../../lib/actions/DescribeDataset';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, localServer } from '../support/local';
import { run } from '../support/run';

let server: LocalServer;
beforeEach(async () => {
  server = await localServer();
});
afterEach(() => server.stop());

const steps = { DeleteDataset, DescribeDataset };
const NOT_FOUND = /ResourceNotFoundException: Dataset 'profile' not found/;

it.each([
  ['DeleteDataset', '', [{}]],
  ['DeleteDataset', 'emptyObject', [{}]],
  ['DeleteDataset', 'nothing', []],
  ['DeleteDataset', 'error', NOT_FOUND],
  ['DescribeDataset', '', NOT_FOUND],
  ['DescribeDataset', 'emptyObject', [{}]],
  ['DescribeDataset', 'nothing', []],
  ['DescribeDataset', 'error', NOT_FOUND],
] as const)('%s of what is not there, with ifNotFound «%s», gives %s', async (name, ifNotFound, expected) => {
  const { bodies, error, log } = await run(steps[name], { id: 'm', body: DATASET }, cfgOf(server, { ifNotFound }));
  if (expected instanceof RegExp) {
    expect(error?.message).toMatch(expected);
    expect(bodies).toEqual([]);
  } else {
    expect(error).toBeUndefined();
    expect(bodies).toEqual(expected);
    expect(log.join()).toContain('there is no such thing');
  }
});

it('a deletion that is delivered twice deletes once, and both times emits a message of the same id', async () => {
  server.control.write(DATASET, { k: 'v' });
  const deletion = () => run(DeleteDataset, { id: 'm', body: DATASET }, cfgOf(server));
  const first = await deletion();
  expect(first.bodies).toMatchObject([{ Dataset: { DatasetName: 'profile', NumRecords: 1 } }]);
  const second = await deletion();
  expect([second.error, second.bodies]).toEqual([undefined, [{}]]);
  expect(second.emitted[0]?.payload.id).toBe(first.emitted[0]?.payload.id);
});

it.each(['DeleteDataset', 'DescribeDataset'] as const)(
  '%s in a pool that is not there fails whatever is chosen',
  async (name) => {
    const body = { ...DATASET, IdentityPoolId: 'us-east-1:00000000-0000-4000-8000-0000000000aa' };
    const { bodies, error } = await run(steps[name], { body }, cfgOf(server, { ifNotFound: 'nothing' }));
    expect(error?.message).toMatch(/ResourceNotFoundException: IdentityPool /);
    expect(bodies).toEqual([]);
  },
);

it('refuses a choice that there is not', async () => {
  const { error } = await run(DeleteDataset, { body: DATASET }, cfgOf(server, { ifNotFound: 'ignore' }));
  expect(error?.message).toBe('DeleteDataset: InvalidInput: ifNotFound must be one of error, emptyObject, nothing');
});
