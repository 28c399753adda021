import { input as getIdentityIdInput } from '../../lib/actions/GetIdentityId';
import { input as listIdentitiesInput } from '../../lib/actions/ListIdentities';
import type { IdentityDescription, ListIdentitiesOutput } from '../../lib/cognito-identity/model';
import type { UpsertRecordsOutput } from '../../lib/datasets/upsert';
import { upsertInput } from '../../lib/datasets/upsert-input';
import { exportInput } from '../../lib/export/input';
import type { Shape } from '../../lib/shape';
import { always, choice, count, date, flag, list, text, texts, type Answers } from '../answers';
import * as data from './data';
import * as example from './examples';
import { emitsIndividually, filters, formOf, ofExport } from './form';
import { actingAs, inputOf } from '../input';
import { datasetName, overField, owner } from './members';
import { exported, exportedExamples } from './exported';
import { CREDENTIALS } from './credentials';
import { WITHOUT_TRIGGER } from './operations';
import { group, words } from '../schema';
import { step } from '../step';

/** The actions that are more than one operation of Cognito Sync. */

export const membersOf = ({ json }: Shape<unknown>) => json.members ?? {};

/** Words for what an upsert takes, alone or as one of many. */
export const upsertWords = {
  DatasetName: datasetName('The dataset to write to. One that does not exist yet is made.'),
  Records: group('The records that the dataset shall hold. In Developer mode also a single one, or one object of keys and values, of which null removes; write a record that is really called Key in a list of Key and Value.', {
    Key: words('Name of the record, 1 to 1024 characters. Each key only once.', 'theme'),
    Value: words('Content of the record, up to 1048575 characters. Needed unless Remove is set, so that a mapping that finds nothing removes nothing; null removes as well.', 'dark'),
    Remove: words('Whether to remove the record instead of writing it.', true),
  }),
  Mode: words('What happens to the other records of the dataset: merge (default) leaves them alone, replace removes them.', 'merge'),
  AllowEmpty: words('Lets Mode replace leave the dataset without records. Otherwise that is refused, since a mapping that found nothing looks the same.', false),
  OnConflict: words('What happens when somebody else writes the same key at the same time: overwrite (default) writes over it, keepRemote leaves it as the other wrote it, fail gives an error.', 'overwrite'),
  Values: words('How values that are not text are written: text (default) refuses them, json writes them as JSON.', 'text'),
};

export const UpsertRecords = step<UpsertRecordsOutput>({
  title: 'Upsert Records',
  description: 'Brings records of a dataset to the values that you give, whatever they are now.',
  help: `Reads the dataset, writes only what differs, and begins anew when somebody else writes at the same time, so no sync counts or tokens are needed. Delivered twice, a message changes nothing the second time. ${WITHOUT_TRIGGER}`,
  credentials: CREDENTIALS.either,
  permissions: ['cognito-sync:ListRecords', 'cognito-sync:UpdateRecords', 'cognito-sync:ListDatasets'],
  fields: formOf(membersOf(upsertInput)),
  input: actingAs(
    inputOf(membersOf(upsertInput), { ...upsertWords }, [
      {
        ...example.DATASET,
        Records: [
          { Key: 'theme', Value: 'dark' },
          { Key: 'draft', Remove: true },
        ],
      },
      { ...example.DATASET, Records: [{ Key: 'theme', Value: 'dark' }], Mode: 'replace', OnConflict: 'fail', Values: 'json', AllowEmpty: false },
    ]),
  ),
  output: {
    ...data.place,
    DatasetSyncCount: always(count('State of the dataset after the write, or its present state where nothing had to be written.', 9)),
    Written: always(flag('Whether anything was written. False when the records were as wanted already.', true)),
    OthersWrote: always(flag('Whether somebody else wrote to the dataset between our reading and our writing.', false)),
    Records: always(list('What became of each key.', { Key: always(text('Name of the record.', 'theme')), Outcome: always(choice(['created', 'updated', 'removed', 'unchanged', 'keptRemote'], 'What became of it.', 'updated')), SyncCount: always(count('The sync count of the record now. 0 where there is none.', 9)) })),
    MergedDatasetNames: data.mergedDatasetNames,
  },
});

/** Words for what an export reads. */
export const filterWords = {
  IdentityIds: words(`${filters.IdentityIds} In Developer mode also a list.`, example.IDENTITY),
  DatasetNames: words(`${filters.DatasetNames} In Developer mode also a list.`, 'profile,settings'),
  ModifiedSince: words(filters.ModifiedSince, '2026-01-31T00:00:00Z'),
  Concurrency: words(filters.Concurrency, 4),
};

export const ExportIdentityPool = step({
  title: 'Export Identity Pool',
  description: 'Reads everything in an identity pool and sends it on.',
  help: 'Goes through the identities of the pool, their datasets and their records, in one run. For pools of more than some ten thousand identities use the trigger Get New and Updated Records of an Identity Pool, which goes on where it stopped.',
  credentials: 'an access key of the AWS account.',
  permissions: ['cognito-identity:ListIdentities', 'cognito-sync:ListDatasets', 'cognito-sync:ListRecords'],
  fields: ofExport,
  input: inputOf(membersOf(exportInput), { ...filterWords, Granularity: overField('What one message holds: a record (default), a dataset or an identity.', 'record') }),
  output: exported,
  outputExamples: exportedExamples,
});

export const GetIdentityId = step({
  title: 'Get Identity ID',
  description: 'Finds the identity of a user in an identity pool, and makes one where there is none yet.',
  help: 'The user is named by the identifier of your own login (Developer Provider Name in the credential), or by tokens of login providers. With Authorise As set to Guest in the credential, each message makes a new guest instead, also when it is delivered twice.',
  credentials: 'an access key of the AWS account for users of your own login; none for logins and guests.',
  permissions: ['cognito-identity:GetOpenIdTokenForDeveloperIdentity, for users of your own login'],
  fields: formOf(membersOf(getIdentityIdInput)),
  input: inputOf(
    membersOf(getIdentityIdInput),
    owner,
    [{ UserIdentifier: 'user-42' }, { Logins: example.LOGINS }].map((user) => ({ IdentityPoolId: example.POOL, ...user })),
  ),
  output: { IdentityPoolId: always(text('The identity pool that was asked.', example.POOL)), IdentityId: always(text('The identity of the user in that pool, for the steps that read and write its datasets.', example.IDENTITY)) },
});

const identity: Answers<IdentityDescription> = {
  IdentityId: text('The identity, as region:UUID.', example.IDENTITY),
  Logins: texts('The names of the login providers of the identity; null for a guest.', 'accounts.google.com'),
  CreationDate: date('When the identity was made.', example.CHANGED),
  LastModifiedDate: date('When its logins last changed.', example.CHANGED),
};

export const ListIdentities = step<ListIdentitiesOutput & IdentityDescription>({
  title: 'List Identities',
  description: 'Lists the identities of an identity pool, with the names of their login providers.',
  help: 'Lists identities whether or not they have datasets.',
  credentials: CREDENTIALS.developer,
  permissions: ['cognito-identity:ListIdentities'],
  fields: formOf(membersOf(listIdentitiesInput), emitsIndividually),
  input: inputOf(membersOf(listIdentitiesInput), { MaxResults: words('At most how many identities the service puts on one page, 1 to 60. Left out, it is 60.', 60), HideDisabled: words('Leave out disabled identities, such as those that were merged into another one.', true) }),
  output: { IdentityPoolId: text('The identity pool that was listed.', example.POOL), ...identity, Identities: list<IdentityDescription>('With another Emit Behavior than one message per item: the identities of the page, or of all pages.', identity), NextToken: data.nextToken },
});
