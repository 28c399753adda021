import component from '../../component.json';
import { isReading } from '../../workbench/page/reading';

const WRITING = [
  'UpsertRecords',
  'BulkUpsertRecords',
  'DeleteRecords',
  'UpdateRecords',
  'DeleteDataset',
  'SetIdentityPoolConfiguration',
  'SetCognitoEvents',
  'BulkPublish',
  'RegisterDevice',
  'SubscribeToDataset',
  'UnsubscribeFromDataset',
  // Makes an identity where there is none.
  'GetIdentityId',
];

it.each(Object.keys({ ...component.triggers, ...component.actions }))(
  'the workbench knows whether %s changes anything at AWS',
  (step) => {
    expect(isReading(step)).toBe(!WRITING.includes(step));
  },
);
