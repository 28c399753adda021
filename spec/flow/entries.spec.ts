import Ajv2020 from 'ajv/dist/2020';
import component from '../../component.json';
import { DEFAULT_KEY } from '../../server/options';
import { standard, type SchemaFile } from '../unit/dialect';
import { Given, samples } from './samples';
import { World, type Emitted, type Snapshot, type Step } from './support/world';

type Entry = { main: string; metadata?: { out?: string } };
const entries = Object.entries<Entry>({
  ...component.actions,
  ...(component as { triggers?: Record<string, Entry> }).triggers,
});
const REBOUND_DELAY_MS = 300;
const REQUEST_ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const before = { before: { body: { from: 'an earlier step' } } };

it('has a sample for each entry of component.json and for nothing else', () => {
  expect(Object.keys(samples).sort()).toEqual(entries.map(([id]) => id).sort());
});

/** What the dialect of the platform has no word for: null stands where there is nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(present.map(([name, member]) => [name, withoutNulls(member)]));
}

/** Whether the snapshot kept last holds these members. */
function isLast(snapshots: readonly Snapshot[], members: object): boolean {
  try {
    expect(snapshots.at(-1)?.snapshot).toMatchObject(members);
    return true;
  } catch {
    return false;
  }
}

describe.each(entries)('%s', (id, { metadata }) => {
  const sample = samples[id];
  let given: Given;
  let world: World;
  let step: Step;
  let config: { readonly [field: string]: unknown };
  const message = async () => (await sample?.message(given, config)) ?? {};
  /** All that comes of one message. */
  const answer = async () => {
    try {
      return (await step.data.take(sample?.count ?? 1)) as [Emitted, ...Emitted[]];
    } catch (cause) {
      throw new Error(`${String(cause)}; errors: ${step.errors.waiting.map(({ error }) => error.message).join(', ')}`);
    }
  };

  beforeAll(async () => {
    given = await Given.start();
    world = await World.create();
    config = (await sample?.config?.(given)) ?? {};
    step = await world.step({
      action: id,
      config: { ...DEFAULT_KEY, ...config, endpoint: given.endpoint, errorPolicy: 'rebound' },
      // Without attempts of the component's own, so that a single fault is seen.
      env: { API_RETRIES_COUNT: '0', ELASTICIO_REBOUND_INITIAL_EXPIRATION: String(REBOUND_DELAY_MS) },
    });
    await step.start();
  });

  afterEach(() => given.server.faults.clear());

  afterAll(async () => {
    await world.close();
    await given.stop();
  });

  it('emits what its schema describes and carries the passthrough', async () => {
    const input = await message();
    const inputId = await step.send(input, { passthrough: before });
    const [{ message: emitted, headers }] = await answer();

    expect(emitted.body).toMatchObject(sample?.emits(given) ?? {});
    const schema = (await import(`../../${metadata?.out}`)) as SchemaFile;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(standard(schema));
    validate(withoutNulls(emitted.body));
    expect(validate.errors).toBeNull();
    expect(emitted.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(emitted.passthrough).toEqual({
      ...before,
      [step.id]: {
        id: emitted.id,
        body: emitted.body,
        headers: emitted.headers,
        attachments: emitted.attachments ?? {},
        metadata: {},
      },
    });
    expect(headers).toMatchObject({ messageId: emitted.id, parentMessageId: inputId, function: id });
    const { keeps } = sample ?? {};
    if (keeps)
      await step.snapshots.until(
        () => isLast(step.snapshots.items, keeps),
        `a snapshot like ${Object.keys(keeps).join()}`,
      );
    expect(step.errors.waiting).toEqual([]);
  });

  it('reports a refusal of AWS with name, message and stack, without a secret', async () => {
    const input = await message();
    const refusal = { name: 'AccessDeniedException', status: 403, message: 'Not with this policy' };
    given.server.faults.next({ kind: 'error', ...refusal });
    const inputId = await step.send(input);
    const { error, input: failed } = await step.errors.next();

    expect(error.name).toBe('AccessDeniedException');
    expect(error.message).toMatch(
      // Cognito Identity refuses with 400; a step of several calls names the one that was refused, one of many items the item.
      new RegExp(
        `^${id}: AccessDeniedException: (?:1 of 1 items failed, .*: )?Not with this policy(?: \\[\\w+\\])? \\(HTTP 40[03], request id ${REQUEST_ID}\\)$`,
      ),
    );
    expect(error.stack).toContain(error.message);
    expect(failed?.id).toBe(inputId);
    for (const secret of secrets()) expect(JSON.stringify(error)).not.toContain(secret);
  });

  it('has the platform deliver the message again when AWS is down', async () => {
    const input = await message();
    given.server.faults.next({ kind: '503' });
    await step.send(input, { passthrough: before });
    const rebound = await step.rebounds.next();
    const [emitted] = await answer();

    expect(rebound.expiration).toBe(String(REBOUND_DELAY_MS));
    expect(rebound.headers).toMatchObject({
      reboundIteration: 1,
      reboundReason: expect.stringMatching(new RegExp(`^${id}: ServiceUnavailable: .*\\(HTTP 503, `)),
    });
    expect(emitted.at - rebound.at).toBeGreaterThanOrEqual(REBOUND_DELAY_MS - 20);
    expect(emitted.message.body).toMatchObject(sample?.emits(given) ?? {});
    expect(step.errors.waiting).toEqual([]);
  });

  it('leaves nothing behind, logs no secret and ends when asked to', async () => {
    await expect(step.sailors[0]?.stop()).resolves.toEqual({ code: 0, signal: null });
    expect(await step.waiting()).toBe(0);
    const said = step.log.split('\n').filter((line) => line.startsWith('{"name":"component"'));
    expect(said.length).toBeGreaterThan(0);
    expect(secrets().filter((secret) => step.log.includes(secret))).toEqual([]);
  });

  function secrets(): string[] {
    return [DEFAULT_KEY.secretAccessKey, config['secretAccessKey'], config['sessionToken']].filter(
      (secret): secret is string => typeof secret === 'string',
    );
  }
});
