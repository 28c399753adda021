import type { Json } from '../json';
import type { StoredRecord } from '../state/model';
import { date } from './context';

/** A record as answers have it. */
export const wireRecord = (record: StoredRecord): Json => ({
  DeviceLastModifiedDate: date(record.deviceLastModifiedDate),
  Key: record.key,
  LastModifiedBy: record.lastModifiedBy,
  LastModifiedDate: date(record.lastModifiedDate),
  SyncCount: record.syncCount,
  Value: record.value,
});
