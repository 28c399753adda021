import { identityNotFound, invalidParameter, ServiceError } from '../errors';
import type { Json } from '../json';
import { keyOf, keysAfter, LONGEST_PAGE, nextToken, page } from '../paging';
import type { BulkPublish, CognitoStreams, Identity, Pool, PushSync } from '../state/model';
import { APPLICATION_ARN, Body, ROLE_ARN, Violations, wholeNumber } from '../constraints';
import { date, poolOf, type Call, type Context } from './context';

const DAY = 24 * 60 * 60_000;

export function describeIdentityPoolUsage(context: Context, call: Call): Json {
  return { IdentityPoolUsage: poolUsage(poolOf(context, call.pool)) };
}

export function listIdentityPoolUsage({ store }: Context, call: Call): Json {
  const { pools } = store.state;
  const size = Math.min(wholeNumber('maxResults', call.query.get('maxResults'), 1, 60), LONGEST_PAGE);
  const after = keyOf('', call.query.get('nextToken'));
  const { items, next } = page(keysAfter([...pools.keys()].sort(), after), size, (id) => {
    const pool = pools.get(id);
    return pool && poolUsage(pool);
  });
  return {
    Count: items.length,
    IdentityPoolUsages: items,
    MaxResults: size,
    NextToken: next === undefined ? null : nextToken('', next),
  };
}

export function describeIdentityUsage(context: Context, call: Call): Json {
  const identity = poolOf(context, call.pool).identities.get(call.identity);
  if (!identity) throw identityNotFound(call.identity);
  const { bytes, datasets, latest } = sums(identity);
  return {
    IdentityUsage: {
      DataStorage: bytes,
      DatasetCount: datasets,
      IdentityId: call.identity,
      IdentityPoolId: call.pool,
      LastModifiedDate: datasets ? date(latest) : null,
    },
  };
}

function poolUsage({ settings, usage }: Pool): Json {
  return {
    DataStorage: usage.bytes,
    IdentityPoolId: settings.IdentityPoolId,
    LastModifiedDate: date(Math.max(settings.createdAt, usage.latest)),
    SyncSessionsCount: usage.sessions || null,
  };
}

function sums(identity: Identity): { bytes: number; datasets: number; latest: number } {
  let bytes = 0;
  let datasets = 0;
  let latest = 0;
  for (const dataset of identity.datasets.values()) {
    if (!dataset.exists) continue;
    datasets += 1;
    bytes += dataset.dataStorage;
    latest = Math.max(latest, dataset.lastModifiedDate);
  }
  return { bytes, datasets, latest };
}

export function getIdentityPoolConfiguration(context: Context, call: Call): Json {
  return configuration(poolOf(context, call.pool));
}

/** Each half that the call names is replaced as a whole, the other one stays. */
export function setIdentityPoolConfiguration(context: Context, call: Call): Json {
  const body = Body.parse(call.body);
  const violations = new Violations();
  const push = body.object('PushSync');
  const streams = body.object('CognitoStreams');
  const given = {
    ...(push && { PushSync: parsePushSync(push, violations) }),
    ...(streams && { CognitoStreams: parseCognitoStreams(streams, violations) }),
  };
  violations.check();
  const pool = poolOf(context, call.pool);
  context.store.commit({ type: 'pool', settings: { ...pool.settings, ...given } });
  return configuration(pool);
}

function parsePushSync(body: Body, violations: Violations): PushSync | null {
  const ApplicationArns = body.texts('ApplicationArns');
  const RoleArn = body.text('RoleArn');
  ApplicationArns?.forEach((arn, i) =>
    violations.text(`pushSync.applicationArns.${i + 1}.member`, arn, APPLICATION_ARN),
  );
  violations.optional('pushSync.roleArn', RoleArn, ROLE_ARN);
  if (ApplicationArns === undefined && RoleArn === undefined) return null;
  return { ApplicationArns: ApplicationArns ?? null, RoleArn: RoleArn ?? null };
}

function parseCognitoStreams(body: Body, violations: Violations): CognitoStreams | null {
  const StreamName = body.text('StreamName');
  const RoleArn = body.text('RoleArn');
  const StreamingStatus = body.text('StreamingStatus');
  violations.optional('cognitoStreams.streamName', StreamName, { min: 1, max: 128 });
  violations.optional('cognitoStreams.roleArn', RoleArn, ROLE_ARN);
  violations.optional('cognitoStreams.streamingStatus', StreamingStatus, { values: ['ENABLED', 'DISABLED'] });
  if (StreamName === undefined && RoleArn === undefined && StreamingStatus === undefined) return null;
  return { RoleArn: RoleArn ?? null, StreamName: StreamName ?? null, StreamingStatus: StreamingStatus ?? null };
}

function configuration({ settings }: Pool): Json {
  const { CognitoStreams: streams, IdentityPoolId, PushSync: push } = settings;
  return { CognitoStreams: streams && { ...streams }, IdentityPoolId, PushSync: push && { ...push } };
}

export function getCognitoEvents(context: Context, call: Call): Json {
  return { Events: poolOf(context, call.pool).settings.Events };
}

export function setCognitoEvents(context: Context, call: Call): Json {
  const given = Body.parse(call.body).map('Events');
  const violations = new Violations();
  if (!given) violations.missing('events');
  violations.check();
  const names = Object.keys(given ?? {});
  if (names.length > 1) throw invalidParameter('Events holds at most 1 event.');
  const unknown = names.find((name) => name !== 'SyncTrigger');
  if (unknown !== undefined) throw invalidParameter(`Unknown event '${unknown}': the only one is SyncTrigger.`);
  const pool = poolOf(context, call.pool);
  const Events = Object.fromEntries(
    Object.entries({ ...pool.settings.Events, ...given }).filter(([, arn]) => arn !== ''),
  );
  context.store.commit({ type: 'pool', settings: { ...pool.settings, Events } });
  return {};
}

export function bulkPublish(context: Context, call: Call): Json {
  const { clock, settings, store, bulkPublishFailure } = context;
  const pool = poolOf(context, call.pool);
  const streams = pool.settings.CognitoStreams;
  if (!streams?.StreamName || streams.StreamingStatus !== 'ENABLED') {
    throw new ServiceError(
      settings.assume.bulkPublishWithoutStream,
      400,
      'The identity pool has no stream that is enabled.',
    );
  }
  const now = clock.now();
  const last = pool.settings.bulkPublish;
  const status = last && statusOf(last, now);
  if (status === 'IN_PROGRESS') {
    throw new ServiceError('DuplicateRequestException', 400, 'A bulk publish operation is already in progress.');
  }
  if (last && status === 'SUCCEEDED' && now < last.endsAt + DAY) {
    throw new ServiceError(
      'AlreadyStreamedException',
      400,
      'A bulk publish operation succeeded within the last 24 hours.',
    );
  }
  const started: BulkPublish = {
    startedAt: now,
    endsAt: now + settings.bulkPublishDelayMs,
    failure: bulkPublishFailure,
  };
  store.commit({ type: 'pool', settings: { ...pool.settings, bulkPublish: started } });
  return { IdentityPoolId: call.pool };
}

export function getBulkPublishDetails(context: Context, call: Call): Json {
  const last = poolOf(context, call.pool).settings.bulkPublish;
  const status = last && statusOf(last, context.clock.now());
  return {
    BulkPublishCompleteTime: last && status === 'SUCCEEDED' ? date(last.endsAt) : null,
    BulkPublishStartTime: last && date(last.startedAt),
    BulkPublishStatus: status ?? 'NOT_STARTED',
    FailureMessage: last && status === 'FAILED' ? last.failure : null,
    IdentityPoolId: call.pool,
  };
}

const statusOf = ({ endsAt, failure }: BulkPublish, now: number) =>
  now < endsAt ? 'IN_PROGRESS' : failure === null ? 'SUCCEEDED' : 'FAILED';
