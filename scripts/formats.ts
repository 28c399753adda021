import { marshall } from '@aws-sdk/util-dynamodb';
import { recordLine } from '../lib/datasets/rows';
import { headerOf as headerOfLines, LINE_FORMATS, linesOf as plainLinesOf, type LineFormat } from '../lib/export/lines';
import type { ExportedIdentity } from '../lib/export/read-pool';

/** The forms of an export on the command line. */
export const FORMATS = [...LINE_FORMATS, 'dynamodb-json', 'sqlite'] as const;
export type Format = (typeof FORMATS)[number];
/** Those that are text, a line for each record. */
export type TextFormat = Exclude<Format, 'sqlite'>;

const isPlain = (format: TextFormat): format is LineFormat => format !== 'dynamodb-json';

export const headerOf = (format: TextFormat): string => (isPlain(format) ? headerOfLines(format) : '');

/** One line for each record of an identity. */
export function linesOf(identity: ExportedIdentity, format: TextFormat): string {
  return isPlain(format) ? [...plainLinesOf(identity, format)].join('') : dynamoDbLines(identity);
}

/** A DynamoDB table has a key of two attributes, and a dataset's name holds no slash. */
export const dynamoDbKey = (DatasetName: string, Key: string) => `${DatasetName}/${Key}`;

/** An item for each record, as DynamoDB's import from S3 takes it: DynamoDB JSON, one item a line. */
function dynamoDbLines({ IdentityId, datasets }: ExportedIdentity): string {
  const items = datasets.flatMap(({ DatasetName, Records }) =>
    Records.map((record) => {
      const row = Object.entries(recordLine(IdentityId, DatasetName, record)).filter(([, value]) => value !== null);
      return { IdentityId, DatasetKey: dynamoDbKey(DatasetName, record.Key ?? ''), ...Object.fromEntries(row) };
    }),
  );
  return items.map((item) => `${JSON.stringify({ Item: marshall(item) })}\n`).join('');
}

/** Bytes of an item, and of a sort key. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const DYNAMODB_ITEM_BYTES = 400 * 1024;
const DYNAMODB_SORT_KEY_BYTES = 1024;
/** Names, dates and counts of an item. */
const DYNAMODB_OVERHEAD_BYTES = 500;

/** Records that DynamoDB takes into no table, since they are larger than an item or its sort key may be. */
export function tooLargeForDynamoDb({ datasets }: ExportedIdentity): number {
  const isTooLarge = (DatasetName: string, Key: string, Value: string) =>
    2 * Buffer.byteLength(Key) + Buffer.byteLength(Value) + DYNAMODB_OVERHEAD_BYTES > DYNAMODB_ITEM_BYTES ||
    Buffer.byteLength(dynamoDbKey(DatasetName, Key)) > DYNAMODB_SORT_KEY_BYTES;
  return datasets.reduce(
    (sum, { DatasetName, Records }) =>
      sum + Records.filter(({ Key = '', Value = '' }) => isTooLarge(DatasetName, Key, Value)).length,
    0,
  );
}
