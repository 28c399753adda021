import type { Authorisation } from '../callers';
import type { WireRequest } from '../sigv4';
import { invalidParameter, quoted, unknownOperation, type ServiceError } from '../errors';

/** One operation's place in the URI space, and whose credentials it takes. */
export interface Route {
  readonly operation: SyncOperationName;
  readonly method: string;
  readonly segments: readonly string[];
  readonly authorisation: Authorisation;
}

/** Labels of the path, decoded. */
export interface Labels {
  readonly pool?: string;
  readonly identity?: string;
  readonly dataset?: string;
  readonly device?: string;
}

const IDENTITY = '/{pool}/identities/{identity}';
const DATASET = `${IDENTITY}/datasets/{dataset}`;
const SUBSCRIPTION = `${DATASET}/subscriptions/{device}`;

// Paths below /identitypools, from the service model of 2014-06-30; RegisterDevice says `identity` in the singular.
const TABLE = [
  ['BulkPublish', 'POST', '/{pool}/bulkpublish', 'developer'],
  ['DeleteDataset', 'DELETE', DATASET, 'either'],
  ['DescribeDataset', 'GET', DATASET, 'either'],
  ['DescribeIdentityPoolUsage', 'GET', '/{pool}', 'developer'],
  ['DescribeIdentityUsage', 'GET', IDENTITY, 'either'],
  ['GetBulkPublishDetails', 'POST', '/{pool}/getBulkPublishDetails', 'developer'],
  ['GetCognitoEvents', 'GET', '/{pool}/events', 'developer'],
  ['GetIdentityPoolConfiguration', 'GET', '/{pool}/configuration', 'developer'],
  ['ListDatasets', 'GET', `${IDENTITY}/datasets`, 'either'],
  ['ListIdentityPoolUsage', 'GET', '', 'developer'],
  ['ListRecords', 'GET', `${DATASET}/records`, 'either'],
  ['RegisterDevice', 'POST', '/{pool}/identity/{identity}/device', 'identity'],
  ['SetCognitoEvents', 'POST', '/{pool}/events', 'developer'],
  ['SetIdentityPoolConfiguration', 'POST', '/{pool}/configuration', 'developer'],
  ['SubscribeToDataset', 'POST', SUBSCRIPTION, 'identity'],
  ['UnsubscribeFromDataset', 'DELETE', SUBSCRIPTION, 'identity'],
  ['UpdateRecords', 'POST', DATASET, 'either'],
] as const;

export type SyncOperationName = (typeof TABLE)[number][0];

export const ROUTES: readonly Route[] = TABLE.map(([operation, method, path, authorisation]) => ({
  operation,
  method,
  segments: path.split('/').slice(1),
  authorisation,
}));

export interface Match {
  readonly route: Route;
  readonly labels: Labels;
  /** Members of the query, decoded; `+` stays `+`. */
  readonly query: ReadonlyMap<string, string>;
}

/** The operation that a request names. @throws ServiceError when it names none. */
export function match(request: WireRequest): Match {
  const { method, target } = request;
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const [root, first, ...segments] = path.split('/');
  const ours = root === '' && first === 'identitypools';
  const fitting = ours ? ROUTES.filter((candidate) => fits(candidate.segments, segments)) : [];
  const route = fitting.find((candidate) => candidate.method === method);
  if (!route) throw unknownRoute(request, path, fitting);
  const labels: Record<string, string> = {};
  route.segments.forEach((segment, i) => {
    if (segment.startsWith('{')) labels[segment.slice(1, -1)] = decode(segments[i] ?? '');
  });
  return { route, labels, query: question < 0 ? new Map() : parseQuery(target.slice(question + 1)) };
}

/** Says what came and what is known: the methods of the path, or else the paths. */
function unknownRoute({ method, headers }: WireRequest, path: string, fitting: readonly Route[]): ServiceError {
  const amzTarget = headers['x-amz-target'];
  const service = amzTarget === undefined ? '' : ` with X-Amz-Target ${quoted(String(amzTarget))}`;
  const came = `Unknown operation: ${method} ${quoted(path)}${service}. Known`;
  if (fitting.length) {
    return unknownOperation(
      `${came} for this path: ${fitting.map((route) => `${route.method} (${route.operation})`).join(', ')}.`,
    );
  }
  const known = TABLE.map(([operation, verb, below]) => `${verb} /identitypools${below} (${operation})`).join(', ');
  return unknownOperation(
    `${came}: ${known}; POST / with X-Amz-Target 'AWSCognitoIdentityService.…' for Cognito Identity, with a form for STS.`,
  );
}

const fits = (template: readonly string[], segments: readonly string[]) =>
  template.length === segments.length && template.every((part, i) => part.startsWith('{') || part === segments[i]);

function parseQuery(query: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    if (pair) members.set(decode(at < 0 ? pair : pair.slice(0, at)), at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return members;
}

function decode(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    throw invalidParameter('The URI is not percent-encoded UTF-8.');
  }
}
