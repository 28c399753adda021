import { trigger } from '../../../lib/platform/trigger';
import { run } from '../../support/run';

afterEach(() => delete process.env['ELASTICIO_FLOW_TYPE']);

it.each([
  ['debug', ['data']],
  ['ordinary', ['data', 'snapshot']],
])('a trigger that emits and saves something has the platform get, in a flow of type %s, %j', async (type, events) => {
  process.env['ELASTICIO_FLOW_TYPE'] = type;
  const polling = trigger('T', async ({ emit, saveSnapshot }) => {
    await emit({}, { item: 'a' });
    await saveSnapshot({ place: 'b' });
  });
  const { emitted, error } = await run(polling, { id: 'tick', body: {} }, {});
  expect(emitted.map(({ event }) => event)).toEqual(events);
  expect(error).toBeUndefined();
});
