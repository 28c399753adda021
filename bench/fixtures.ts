/*
 * Records and patches as users have them: dates without order over a year, values from nothing to 2,000 characters in mixed
 * scripts, keys without order, removed records among them. The same seed gives the same data.
 */

/** Where the chances begin; the benchmark prints them with its figures. */
export const SEEDS = { records: 20_140_630, patches: 20_260_730 } as const;

/** As AWS answers one: a removed record has a null for its value. */
export interface AnsweredRecord {
  /** Epoch seconds, with milliseconds as fraction. */
  readonly DeviceLastModifiedDate: number;
  readonly Key: string;
  readonly LastModifiedBy: string;
  readonly LastModifiedDate: number;
  readonly SyncCount: number;
  readonly Value: string | null;
}

type Chance = () => number;

/** Numbers from 0 to 1, by George Marsaglia's xorshift with 32 bits. https://doi.org/10.18637/jss.v008.i14 */
export function chances(seed: number): Chance {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const DAY_MS = 86_400_000;
const YEAR = { beginsMs: Date.UTC(2025, 6, 30), days: 365 } as const;
const LONGEST_VALUE = 2_000;
const REMOVED_SHARE = 0.06;
const IDENTITY = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
const ARN = 'arn:aws:iam::123456789012:user/support';

/** What values are made of, and how often: prose of several scripts, and JSON, which an answer has to escape. */
const TEXTS = [
  { share: 0.45, text: 'The last level was finished with three lives left and a score of 12,480 points. ' },
  { share: 0.2, text: '{"theme":"dark","size":14,"panes":["map","list"],"note":"line one\\nline two"} ' },
  { share: 0.1, text: 'Größe geändert, Überschrift gekürzt, café à côté, naïve señora, smörgåsbord. ' },
  { share: 0.08, text: 'Настройки сохранены, уведомления выключены до понедельника. ' },
  { share: 0.07, text: '設定を保存しました。次の更新は月曜日です。东京天气晴朗。' },
  { share: 0.05, text: 'تم حفظ الإعدادات، ستصل الإشعارات يوم الاثنين. ' },
  { share: 0.05, text: 'Party on Friday 🎉🎈 bring cake 🍰, music 🎶 and 👩‍👩‍👧‍👦! ' },
] as const;

function scriptOf(chance: Chance): string {
  let left = chance();
  return (TEXTS.find(({ share }) => (left -= share) < 0) ?? TEXTS[0]).text;
}

/** Of 0 to 2,000 UTF-16 characters, most of them short. */
function valueOf(chance: Chance): string {
  const length = Math.floor(chance() ** 3 * (LONGEST_VALUE + 1));
  const script = scriptOf(chance);
  const value = script.repeat(Math.ceil(length / script.length)).slice(0, length);
  // Half of an emoji is no text.
  return value.isWellFormed() ? value : value.slice(0, -1);
}

const WORDS = [
  'profile',
  'settings',
  'score',
  'level',
  'cart',
  'draft',
  'device',
  'größe',
  'お気に入り',
  'дата',
] as const;

function keyOf(chance: Chance): string {
  const word = WORDS[Math.floor(chance() * WORDS.length)] ?? WORDS[0];
  return `${word}/${Math.floor(chance() * 2 ** 40).toString(36)}`;
}

/** Instants in epoch ms, spread over a year, none on the day of the one before. */
function instants(chance: Chance): () => number {
  let dayBefore = NaN;
  return () => {
    let instant: number;
    do instant = YEAR.beginsMs + Math.floor(chance() * YEAR.days * DAY_MS);
    while (Math.floor(instant / DAY_MS) === dayBefore);
    dayBefore = Math.floor(instant / DAY_MS);
    return instant;
  };
}

/** The records of one answer. */
export function records(count: number, seed: number = SEEDS.records): AnsweredRecord[] {
  const chance = chances(seed);
  const instant = instants(chance);
  return Array.from({ length: count }, () => ({
    DeviceLastModifiedDate: instant() / 1000,
    Key: keyOf(chance),
    LastModifiedBy: chance() < 0.9 ? IDENTITY : ARN,
    LastModifiedDate: instant() / 1000,
    SyncCount: 1 + Math.floor(chance() * 5_000),
    Value: chance() < REMOVED_SHARE ? null : valueOf(chance),
  }));
}

/** The same records with the same dates, in the order of the dates. */
export function inOrderOfDates(unordered: readonly AnsweredRecord[]): AnsweredRecord[] {
  const dates = unordered
    .flatMap(({ DeviceLastModifiedDate, LastModifiedDate }) => [DeviceLastModifiedDate, LastModifiedDate])
    .sort((a, b) => a - b);
  return unordered.map((record, index) => ({
    ...record,
    DeviceLastModifiedDate: dates[2 * index] ?? 0,
    LastModifiedDate: dates[2 * index + 1] ?? 0,
  }));
}

/** Records with short values that were all written within one second: the data of the figures up to version 1.0.0. */
export function recordsOfOneSecond(count: number): AnsweredRecord[] {
  const second = 1_700_574_875.74;
  return Array.from({ length: count }, (_, index) => ({
    DeviceLastModifiedDate: second + index / 1000,
    Key: `key-${index}`,
    LastModifiedBy: IDENTITY,
    LastModifiedDate: second + index / 1000,
    SyncCount: index + 1,
    Value: `value ${index}, of a length that an app would store`,
  }));
}

/** Patches of one request. */
export function patches(count: number, seed: number = SEEDS.patches) {
  const chance = chances(seed);
  const instant = instants(chance);
  return Array.from({ length: count }, () => {
    const patch = { Key: keyOf(chance), SyncCount: Math.floor(chance() * 5_000) };
    return chance() < REMOVED_SHARE
      ? { Op: 'remove' as const, ...patch }
      : {
          Op: 'replace' as const,
          ...patch,
          Value: valueOf(chance),
          DeviceLastModifiedDate: new Date(instant()),
        };
  });
}

/** The body of an answer as AWS writes it: times in exponential form, null for what there is not. */
export function answerOf(Records: readonly AnsweredRecord[], NextToken: string | null = null): string {
  return inAwsForm({
    Count: Records.length,
    DatasetDeletedAfterRequestedSyncCount: false,
    DatasetExists: true,
    DatasetSyncCount: 5_000,
    LastModifiedBy: IDENTITY,
    MergedDatasetNames: null,
    NextToken,
    Records,
    SyncSessionToken: 'H4sIAAAAAAAA+/Q=='.padEnd(332, 'x'),
  });
}

/** `1.70057487574E9`, as Java writes a double of this size. */
export function inAwsForm(answer: object): string {
  return JSON.stringify(answer).replace(
    /(?<="(?:DeviceLastModifiedDate|LastModifiedDate)":)(\d)(\d+)\.?(\d*)/g,
    (_, first: string, rest: string, fraction: string) => `${first}.${rest}${fraction}E${rest.length}`,
  );
}
