import type { Body } from '../constraints';
import type { NextFault, RatedFault } from '../faults';
import type { Json } from '../json';
import type { RateLimit } from '../rate-limits';
import type { SyncTriggerStub } from '../sync/trigger';
import type { Control } from './control';
import type { Seed } from './seeding';

export type Action = (body: Body, id: string, query: URLSearchParams) => Json | Promise<Json>;

const DONE: Json = {};

type Resources = Readonly<Record<string, Readonly<Record<string, Action>>>>;

/** Every resource below the control's prefix, by method. */
export const resources = (control: Control): Resources => ({
  ...account(control),
  ...data(control),
  ...calls(control),
  ...integrations(control),
});

/** The AWS account: pools, keys and roles. */
function account(control: Control): Resources {
  return {
    '': { GET: () => ({ pools: control.pools, keys: json(control.keys), now: iso(control.clock.now()) }) },
    pools: {
      GET: () => ({ pools: control.pools }),
      POST: (body) => ({ IdentityPoolId: control.addPool(newPool(body)) }),
      DELETE: (_, id) => done(() => control.deletePool(id)),
    },
    keys: {
      GET: () => ({ keys: json(control.keys) }),
      POST: (body) => {
        const accessKeyId = needed(body, 'accessKeyId');
        const secretAccessKey = body.text('secretAccessKey');
        const deny = body.texts('deny') ?? [];
        return done(() =>
          secretAccessKey === undefined
            ? control.deny(accessKeyId, deny)
            : control.addKey({ accessKeyId, secretAccessKey, deny }),
        );
      },
      DELETE: (_, id) => done(() => control.deleteKey(id)),
    },
    roles: {
      POST: (body) => {
        const externalId = body.text('externalId');
        const role = { roleArn: needed(body, 'roleArn'), deny: body.texts('deny') ?? [] };
        return done(() => control.addRole({ ...role, ...(externalId !== undefined && { externalId }) }));
      },
    },
  };
}

/** Identities and what they have. */
function data(control: Control): Resources {
  return {
    identities: {
      POST: (body) => ({
        IdentityId: control.addIdentity(needed(body, 'IdentityPoolId'), body.text('IdentityId'), body.map('Logins')),
      }),
    },
    credentials: {
      POST: (body) => {
        const pool = needed(body, 'IdentityPoolId');
        const vended = control.vend(pool, needed(body, 'IdentityId'), body.number('lifetimeMs'));
        return { ...vended, expiration: vended.expiration.toISOString() };
      },
    },
    merge: {
      POST: (body) =>
        done(() => control.merge(needed(body, 'IdentityPoolId'), needed(body, 'source'), needed(body, 'destination'))),
    },
    records: {
      GET: (_, __, query) => ({ records: control.read(whichDataset((name) => query.get(name) ?? undefined)) ?? null }),
      POST: (body) => {
        const values = recordValues(body);
        const where = whichDataset((name) => body.text(name));
        return { syncCount: control.write(where, values) };
      },
    },
    seed: { POST: (body) => control.seedSlowly(seedOf(body)) },
    reset: { POST: () => done(() => control.reset()) },
  };
}

/** How calls fare: faults, limits and the clock. */
function calls(control: Control): Resources {
  return {
    faults: {
      GET: () => json(control.faults.list()),
      POST: (body) => {
        const next = body.object('next');
        const rate = body.object('rate');
        if (Boolean(next) === Boolean(rate)) throw new TypeError('Expected either next or rate, got both or none');
        if (next) control.faults.next(next.all() as unknown as NextFault);
        if (rate) control.faults.rate(rate.all() as unknown as RatedFault);
        return json(control.faults.list());
      },
      DELETE: () => done(() => control.faults.clear()),
    },
    'rate-limits': {
      GET: () => json({ limits: control.rateLimits.list() }),
      POST: (body) => {
        control.rateLimits.set(rateLimitOf(body));
        return json({ limits: control.rateLimits.list() });
      },
      DELETE: () => done(() => control.rateLimits.clear()),
    },
    clock: {
      GET: () => ({ now: iso(control.clock.now()) }),
      POST: (body) => {
        const set = body.text('set');
        const advanceMs = body.number('advanceMs');
        if (set !== undefined) control.clock.set(instant(set));
        if (advanceMs !== undefined) control.clock.advance(advanceMs);
        return { now: iso(control.clock.now()) };
      },
      DELETE: () => done(() => control.clock.reset()),
    },
    calls: {
      GET: () => json(Object.fromEntries(control.calls)),
      DELETE: () => done(() => control.calls.clear()),
    },
  };
}

/** What Cognito Sync calls on: a pool's Lambda function and its stream. */
function integrations(control: Control): Resources {
  return {
    'sync-trigger': {
      GET: () => json({ stub: control.trigger.stub, events: control.trigger.events }),
      POST: (body) => {
        control.trigger.stub = triggerStub(body);
        return json(control.trigger.stub);
      },
    },
    'bulk-publish': { POST: (body) => done(() => control.failBulkPublish(body.text('failure') ?? null)) },
  };
}

function newPool(body: Body) {
  const id = body.text('IdentityPoolId');
  const name = body.text('IdentityPoolName');
  const provider = body.text('DeveloperProviderName');
  const guests = body.flag('AllowUnauthenticatedIdentities');
  const providers = body.map('SupportedLoginProviders');
  return {
    ...(id !== undefined && { IdentityPoolId: id }),
    ...(name !== undefined && { IdentityPoolName: name }),
    ...(provider !== undefined && { DeveloperProviderName: provider }),
    ...(guests !== undefined && { AllowUnauthenticatedIdentities: guests }),
    ...(providers && { SupportedLoginProviders: providers }),
  };
}

function seedOf(body: Body): Seed {
  const pool = body.text('IdentityPoolId');
  const valueLength = body.whole('valueLength');
  return {
    ...(pool !== undefined && { pool }),
    ...(valueLength !== undefined && { valueLength }),
    identities: neededNumber(body, 'identities'),
    datasetsPerIdentity: neededNumber(body, 'datasetsPerIdentity'),
    recordsPerDataset: neededNumber(body, 'recordsPerDataset'),
  };
}

function rateLimitOf(body: Body): RateLimit {
  const operation = body.text('operation');
  const burst = body.number('burst');
  const perSecond = body.number('perSecond') ?? Number.NaN;
  return { ...(operation !== undefined && { operation }), perSecond, ...(burst !== undefined && { burst }) };
}

function triggerStub(body: Body): SyncTriggerStub {
  const reply = needed(body, 'reply');
  if (reply === 'accept' || reply === 'refuse' || reply === 'throttle') return { reply };
  if (reply === 'time-out') return { reply, ms: body.number('ms') ?? 5_000 };
  if (reply === 'change') return { reply, records: recordValues(body) };
  throw new TypeError(`reply: expected accept, change, refuse, throttle or time-out, got ${reply}`);
}

/** The `records` of a body: text or null by key. */
function recordValues(body: Body): Record<string, string | null> {
  const records = body.object('records');
  if (!records) throw new TypeError('records: expected an object of text or null by key, got none');
  return Object.fromEntries(records.names().map((key) => [key, records.text(key) ?? null]));
}

function whichDataset(text: (name: string) => string | undefined) {
  const part = (name: string) => {
    const value = text(name);
    if (!value) throw new TypeError(`${name}: expected text, got none`);
    return value;
  };
  return { IdentityPoolId: part('IdentityPoolId'), IdentityId: part('IdentityId'), DatasetName: part('DatasetName') };
}

function needed(body: Body, name: string): string {
  const value = body.text(name);
  if (!value) throw new TypeError(`${name}: expected text, got none`);
  return value;
}

function neededNumber(body: Body, name: string): number {
  const value = body.whole(name);
  if (value === undefined || value < 0)
    throw new TypeError(`${name}: expected a whole number of at least 0, got ${value ?? 'none'}`);
  return value;
}

function instant(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new TypeError(`set: expected an ISO 8601 time, got ${text}`);
  return time;
}

function done(run: () => void): Json {
  run();
  return DONE;
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json;
