import { trigger } from '../../../lib/platform/trigger';
import { run } from '../../support/run';

afterEach(() => delete process.env['ELASTICIO_FLOW_TYPE']);

it.each([
  ['debug', ['data']],
  ['ordinary', ['data', 'snapshot']],
])('a trigger that tells and keeps something emits, in a flow of type %s, %j', async (type, events) => {
  process.env['ELASTICIO_FLOW_TYPE'] = type;
  const tells = trigger('T', async ({ emit, saveSnapshot }) => {
    await emit({}, { item: 'a' });
    await saveSnapshot({ place: 'b' });
  });
  const { emitted, error } = await run(tells, { id: 'tick', body: {} }, {});
  expect(emitted.map(({ event }) => event)).toEqual(events);
  expect(error).toBeUndefined();
});
