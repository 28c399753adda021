import { signRequest } from '../lib/aws/sign';
import { buildRequest } from '../lib/cognito-sync/request';
import { ListRecords, UpdateRecords } from '../lib/cognito-sync/operations';
import type { Operation } from '../lib/cognito-sync/operation';
import { prepare } from '../lib/platform/authorisation';
import { connectionOf } from '../lib/platform/connection';
import { inputOf } from '../lib/platform/input';
import { median } from './measure';
import { callOf, keys, type Scenario } from './peers';

/** What reading a message, its step's fields and the credential costs beside the signature of its request. */
export interface Validation {
  readonly scenario: Scenario;
  readonly validationUs: number;
  readonly signatureUs: number;
  /** Of the first to the second: the median over alternating pairs. */
  readonly ratio: number;
}

const REPEATS = 500;
const PAIRS = 61;

/** µs of one of many runs. */
function timeOf(run: () => unknown): number {
  const started = process.hrtime.bigint();
  for (let i = 0; i < REPEATS; i++) run();
  return Number(process.hrtime.bigint() - started) / 1_000 / REPEATS;
}

function compare<Input extends object, Output extends object>(
  scenario: Scenario,
  operation: Operation<Input, Output>,
): Validation {
  const body = callOf(scenario).input;
  const cfg = { ...keys, region: 'us-east-1' };
  const read = () => {
    const input = inputOf(operation.name, body, cfg);
    const connect = () => connectionOf(cfg, operation.name, { poolId: input['IdentityPoolId'] });
    return prepare({ name: operation.name, input, connect }, { ...operation, predecessor: true });
  };
  const request = buildRequest(operation, read().request);
  const scope = { service: 'cognito-sync', region: 'us-east-1', host: 'example.com', credentials: keys };
  const sign = () => signRequest(request, { ...scope, nowMs: Date.now() });
  const pairs = Array.from({ length: PAIRS }, () => ({ validation: timeOf(read), signature: timeOf(sign) })).slice(10);
  return {
    scenario,
    validationUs: Number(median(pairs.map(({ validation }) => validation)).toFixed(1)),
    signatureUs: Number(median(pairs.map(({ signature }) => signature)).toFixed(1)),
    ratio: Number(median(pairs.map(({ validation, signature }) => validation / signature)).toFixed(2)),
  };
}

export const validation = (): Validation[] => [compare('LR10', ListRecords), compare('UR25', UpdateRecords)];
