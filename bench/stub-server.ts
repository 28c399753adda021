import http from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A stub server with canned answers, in a process of its own, so that its work is not counted: 10 or 1,000 records
 * by the dataset's name, and an echo of 25 patches. It checks nothing; the tests do that elsewhere.
 */

const date = 1.70057487574e9;

function records(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    DeviceLastModifiedDate: date + index / 1000,
    Key: `key-${index}`,
    LastModifiedBy: 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f',
    LastModifiedDate: date + index / 1000,
    SyncCount: index + 1,
    Value: `value ${index}, of a length that an app would store`,
  }));
}

function page(count: number, NextToken: string | null = null): string {
  return JSON.stringify({
    Count: count,
    DatasetDeletedAfterRequestedSyncCount: false,
    DatasetExists: true,
    DatasetSyncCount: 1000,
    LastModifiedBy: 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f',
    MergedDatasetNames: null,
    NextToken,
    Records: records(count),
    SyncSessionToken: 'H4sIAAAAAAAA+/Q=='.padEnd(332, 'x'),
  });
}

const update = JSON.stringify({ Records: records(25) });
const pages = new Map<string, string>();

/** `…/datasets/lr-10/records` answers 10 records; `…/datasets/pages-100/records` 100 pages of 1,000. */
function answerTo(method: string, url: string): string {
  if (method === 'POST') return update;
  const [, kind = 'lr', size = '10'] = /datasets\/(\w+)-(\d+)\/records/.exec(url) ?? [];
  const at = Number(/nextToken=(\d+)/.exec(url)?.[1] ?? 1);
  const isLast = kind === 'lr' || at >= Number(size);
  const key = `${kind === 'lr' ? size : '1000'}/${isLast ? '' : at + 1}`;
  let answer = pages.get(key);
  if (!answer) {
    answer = page(kind === 'lr' ? Number(size) : 1000, isLast ? null : String(at + 1));
    pages.set(key, answer);
  }
  return answer;
}

const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const body = answerTo(request.method ?? '', request.url ?? '');
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-amzn-requestid': 'cb085eb1-5738-4cb1-9d2c-0d6e9c7b1a11',
    });
    response.end(body);
  });
});
// Connections wait for their turn as long as it takes.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
