import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, inAwsForm, inOrderOfDates, records, recordsOfOneSecond, type AnsweredRecord } from './fixtures';

/**
 * A stub server with canned answers, in a process of its own, so that its work is not counted: records
 * by the dataset's name, and 25 records for an update. It checks nothing; the tests do that elsewhere.
 */

/** What a dataset's name says before the number of its records. */
const KINDS: Readonly<Record<string, (count: number) => AnsweredRecord[]>> = {
  list: records,
  ordered: (count) => inOrderOfDates(records(count)),
  second: recordsOfOneSecond,
};

const PAGE_SIZE = 1_000;
const answers = new Map<string, string>();

/** Made at the first request. */
function answer(name: string, make: () => string): string {
  const known = answers.get(name) ?? make();
  answers.set(name, known);
  return known;
}

/** `…/datasets/list-10/records` answers 10 records; `…/datasets/pages-100/records` 100 pages of 1,000. */
function answerTo(method: string, url: string): string {
  if (method === 'POST') return answer('update', () => inAwsForm({ Records: records(25) }));
  const [, kind = 'list', size = '10'] = /datasets\/(\w+)-(\d+)\/records/.exec(url) ?? [];
  const of = KINDS[kind];
  if (of) return answer(`${kind}-${size}`, () => answerOf(of(Number(size))));
  const next = Number(/nextToken=(\d+)/.exec(url)?.[1] ?? 1) + 1;
  const token = next > Number(size) ? null : String(next);
  return answer(`page before ${token}`, () => answerOf(records(PAGE_SIZE), token));
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
