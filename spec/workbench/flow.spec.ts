import type { FlowEvent, FlowStep, Outcome } from '../../workbench/protocol';
import { carry, MAX_MESSAGES, type Deliver } from '../../workbench/server/flow';
import { flowVerdict, withFlowEvent, type StepRun } from '../../workbench/page/flow/runs';

const step = (name: string, rest: object = {}): FlowStep => ({ step: name, fields: {}, expression: '$', ...rest });
const none = { emitted: [], calls: 0, ms: 0 };
const emitting = (...bodies: unknown[]) => ({ ...none, emitted: bodies.map((body, n) => ({ id: `id-${n}`, body })) });

async function carried(flow: FlowStep[], deliver: Deliver) {
  const events: FlowEvent[] = [];
  await carry(flow, deliver, (event) => events.push(event), new AbortController().signal);
  const runs = events.reduce<readonly (StepRun | undefined)[]>(withFlowEvent, []);
  return { events, runs };
}

describe('a flow of the workbench', () => {
  it('carries each emitted message on under its own id, with what the steps before it emitted', async () => {
    const seen: unknown[] = [];
    await carried([step('A'), step('B'), step('C')], ({ step: name }, { id, mapping }) => {
      seen.push([name, name === 'A' ? 'any' : id, mapping.sample, mapping.passthrough]);
      return Promise.resolve(name === 'A' ? emitting('one', 'two') : emitting(`${String(mapping.sample)}!`));
    });
    expect(seen).toEqual([
      ['A', 'any', {}, {}],
      ['B', 'id-0', 'one', { step_1: { body: 'one' } }],
      ['B', 'id-1', 'two', { step_1: { body: 'two' } }],
      ['C', 'id-0', 'one!', { step_1: { body: 'one' }, step_2: { body: 'one!' } }],
      ['C', 'id-0', 'two!', { step_1: { body: 'two' }, step_2: { body: 'two!' } }],
    ]);
  });

  it('gives a message without an id a random one', async () => {
    const ids: string[] = [];
    await carried([step('A'), step('B')], ({ step: name }, { id }) => {
      ids.push(id);
      return Promise.resolve(name === 'A' ? { ...none, emitted: [{ id: '', body: 1 }] } : none);
    });
    expect(ids[1]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('delivers a rebound message again under the same id, and gives up after three times', async () => {
    const ids: string[] = [];
    const { runs } = await carried([step('A')], (_, { id }) => {
      ids.push(id);
      return Promise.resolve({ ...none, rebound: 'later' });
    });
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(runs[0]?.outcomes).toEqual([{ ...none, id: ids[0], deliveries: 3, rebound: 'later' }]);
  });

  it('takes a message that is taken at the second delivery', async () => {
    let delivered = 0;
    const { runs } = await carried([step('A')], () =>
      Promise.resolve(++delivered === 1 ? { ...none, rebound: 'later' } : emitting('done')),
    );
    expect(runs[0]?.outcomes[0]).toMatchObject({ deliveries: 2, emitted: [{ body: 'done' }] });
  });

  it('delivers a message again whose process ended, and carries on what left before', async () => {
    let delivered = 0;
    const crash = { kind: 'crashed', message: 'gone' } as const;
    const { runs } = await carried([step('A'), step('B')], ({ step: name }) =>
      Promise.resolve(
        name === 'B'
          ? none
          : ++delivered === 1
            ? { ...emitting('one'), calls: 2, ms: 3, error: crash }
            : { ...emitting('one', 'two'), calls: 1, ms: 1 },
      ),
    );
    expect(runs[0]?.outcomes[0]).toMatchObject({ deliveries: 2, calls: 3, ms: 4 });
    expect(runs[0]?.outcomes[0]).not.toHaveProperty('error');
    expect(runs[1]?.outcomes).toHaveLength(3);
  });

  it.each([
    ['Every message has gone through.', emitting('one')],
    ['Step 1 emitted nothing, so nothing came to the next.', none],
    ['Not every message has gone through: 1 failed.', { ...none, error: { kind: 'thrown', message: 'no' } as const }],
    ['Not every message has gone through: 1 failed.', { ...none, rebound: 'later' }],
    [
      'Not every message has gone through: 3 were too many.',
      emitting(...Array.from({ length: MAX_MESSAGES + 3 }, (_, n) => n)),
    ],
  ])('says «%s»', async (verdict, outcome) => {
    const { runs } = await carried([step('A'), step('B')], ({ step: name }) =>
      Promise.resolve(name === 'A' ? outcome : emitting('done')),
    );
    expect(flowVerdict(runs)).toBe(verdict);
  });

  it('leaves a failed message behind and carries the others on', async () => {
    const failing = { ...none, error: { kind: 'thrown', message: 'no' } } satisfies Omit<Outcome, 'id' | 'deliveries'>;
    const { runs } = await carried([step('A'), step('B'), step('C')], ({ step: name }, { mapping }) =>
      Promise.resolve(
        name === 'A' ? emitting(1, 2, 3) : name === 'B' && mapping.sample === 2 ? failing : emitting(mapping.sample),
      ),
    );
    expect(runs[1]?.outcomes.map(({ error }) => error?.message)).toEqual([undefined, 'no', undefined]);
    expect(runs[2]?.outcomes.map(({ emitted }) => emitted[0]?.body)).toEqual([1, 3]);
  });

  it('does not run a step whose output is pinned, nor those before it', async () => {
    const ran: string[] = [];
    const { runs } = await carried([step('A', { pinned: ['kept'] }), step('B')], ({ step: name }, { mapping }) => {
      ran.push(`${name} ${String(mapping.sample)}`);
      return Promise.resolve(none);
    });
    expect(ran).toEqual(['B kept']);
    expect(runs[0]?.pinned?.map(({ body }) => body)).toEqual(['kept']);
  });

  it('says how many messages it did not carry on', async () => {
    const many = Array.from({ length: MAX_MESSAGES + 7 }, (_, n) => n);
    const { events } = await carried([step('A'), step('B')], ({ step: name }) =>
      Promise.resolve(name === 'A' ? emitting(...many) : none),
    );
    expect(events).toContainEqual({ type: 'begin', step: 1, messages: MAX_MESSAGES, left: 7 });
  });
});
