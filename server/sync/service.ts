import { authorise } from '../callers';
import type { Credentials } from '../credentials';
import type { ServiceError } from '../errors';
import { CORS } from '../http/access';
import type { Answer, Exchange, Protocol } from '../http/protocol';
import { stringify } from '../json';
import type { Settings } from '../settings';
import { verify, type WireRequest } from '../sigv4';
import { DATASET_NAME, DEVICE_ID, ID, Violations } from '../constraints';
import type { Call, Context, Operation } from './context';
import { deleteDataset, describeDataset, listDatasets } from './dataset-operations';
import { registerDevice, subscribeToDataset, unsubscribeFromDataset } from './device-operations';
import { listRecords } from './list-records';
import * as pools from './pool-operations';
import { match, type Labels, type Match, type SyncOperationName } from './routes';
import { updateRecords } from './update-records';

const OPERATIONS: Readonly<Record<SyncOperationName, Operation>> = {
  BulkPublish: pools.bulkPublish,
  DeleteDataset: deleteDataset,
  DescribeDataset: describeDataset,
  DescribeIdentityPoolUsage: pools.describeIdentityPoolUsage,
  DescribeIdentityUsage: pools.describeIdentityUsage,
  GetBulkPublishDetails: pools.getBulkPublishDetails,
  GetCognitoEvents: pools.getCognitoEvents,
  GetIdentityPoolConfiguration: pools.getIdentityPoolConfiguration,
  ListDatasets: listDatasets,
  ListIdentityPoolUsage: pools.listIdentityPoolUsage,
  ListRecords: listRecords,
  RegisterDevice: registerDevice,
  SetCognitoEvents: pools.setCognitoEvents,
  SetIdentityPoolConfiguration: pools.setIdentityPoolConfiguration,
  SubscribeToDataset: subscribeToDataset,
  UnsubscribeFromDataset: unsubscribeFromDataset,
  UpdateRecords: updateRecords,
};

/** Cognito Sync, REST JSON 1.1. */
export class SyncService implements Protocol {
  constructor(
    private readonly context: Context,
    private readonly credentials: Credentials,
  ) {}

  open(request: WireRequest): Exchange {
    const matched = match(request);
    const { route, labels } = matched;
    return { operation: route.operation, identity: labels.identity, run: () => this.run(request, matched) };
  }

  fail(error: ServiceError): Answer {
    return {
      status: error.status,
      contentType: 'application/json',
      headers: { ...CORS, 'x-amzn-ErrorType': error.name, ...error.headers },
      body: JSON.stringify({ message: error.message }),
    };
  }

  private run(request: WireRequest, { route, labels, query }: Match): Answer {
    const { settings, clock } = this.context;
    const caller = verify(request, {
      service: 'cognito-sync',
      region: settings.region,
      now: clock.now(),
      maxSkewMs: settings.maxSkewMs,
      skewError: settings.assume.skewError,
      lookUp: this.credentials.lookUp,
    });
    authorise(caller, {
      service: 'cognito-sync',
      operation: route.operation,
      authorisation: route.authorisation,
      poolId: labels.pool,
      identityId: labels.identity,
      resource: resourceOf(labels, settings),
    });
    check(labels);
    const { pool = '', identity = '', dataset = '', device = '' } = labels;
    const call: Call = { pool, identity, dataset, device, query, body: request.body, caller };
    const answer = OPERATIONS[route.operation](this.context, call);
    return { status: 200, contentType: 'application/json', headers: CORS, body: stringify(answer) };
  }
}

function check({ pool, identity, dataset, device }: Labels): void {
  const violations = new Violations();
  violations.optional('identityPoolId', pool, ID);
  violations.optional('identityId', identity, ID);
  violations.optional('datasetName', dataset, DATASET_NAME);
  violations.optional('deviceId', device, DEVICE_ID);
  violations.check();
}

function resourceOf({ pool = 'null', identity, dataset }: Labels, { region, accountId }: Settings): string {
  const ofPool = `arn:aws:cognito-sync:${region}:${accountId}:identitypool/${pool}`;
  const ofIdentity = identity === undefined ? ofPool : `${ofPool}/identity/${identity}`;
  return dataset === undefined ? ofIdentity : `${ofIdentity}/dataset/${dataset}`;
}
