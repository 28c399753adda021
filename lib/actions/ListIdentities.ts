import { ListIdentities, type ListIdentitiesInput } from '../cognito-identity/model';
import { identityPages } from '../cognito-identity/pages';
import { ListDatasets } from '../cognito-sync/operations';
import { emitList } from '../platform/list';
import { step } from '../platform/step';
import { integer, optional, readInput, required, structure, truth } from '../shape';

const PAGE_SIZE = 60;
const { IdentityPoolId, NextToken } = ListDatasets.members;
/** The whole input of the step. */
export const input = structure<Partial<ListIdentitiesInput> & { IdentityPoolId: string }>({
  IdentityPoolId: required(IdentityPoolId.shape),
  MaxResults: optional(integer(1, PAGE_SIZE)),
  NextToken: optional(NextToken.shape),
  HideDisabled: optional(truth),
});

const list = {
  member: 'Identities',
  items: ({ Identities }: NonNullable<typeof ListIdentities.output>) => Identities,
  identify: ({ IdentityId, LastModifiedDate }: { IdentityId?: string; LastModifiedDate?: string }) =>
    `${IdentityId}@${LastModifiedDate}`,
  context: ['IdentityPoolId'],
} as const;

/** Lists the identities of an identity pool, with the names of their login providers. */
export const process = step('ListIdentities', async (current) => {
  const request = { MaxResults: PAGE_SIZE, ...readInput(current.name, input, current.input) };
  const client = current.identityClient();
  await emitList(current, list, {
    page: () => client.send(ListIdentities, request),
    pages: () => identityPages(client, request),
    request,
  });
});

export { identityPools } from '../platform/drop-down';
