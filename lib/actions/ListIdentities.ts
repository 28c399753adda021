import {
  ListIdentities,
  type IdentityDescription,
  type ListIdentitiesInput,
  type ListIdentitiesOutput,
} from '../cognito-identity/model';
import { identityPages } from '../cognito-identity/pages';
import type { Pool } from '../cognito-sync/model';
import { ListDatasets } from '../cognito-sync/operations';
import { identityRow } from '../datasets/rows';
import { emitBehaviourOf, emitList } from '../platform/list';
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

/** Lists the identities of an identity pool, with the names of their login providers. */
export const process = step('ListIdentities', async (current) => {
  // Ours, and no operation of Cognito Sync: one message for each identity is what a flow goes on with.
  const behaviour = emitBehaviourOf(current, 'emitIndividually');
  const request = { MaxResults: PAGE_SIZE, ...readInput(current.name, input, current.input) };
  const client = current.identityClient();
  const list = {
    member: 'Identities',
    items: ({ Identities }: ListIdentitiesOutput) => Identities,
    identify: ({ IdentityId, LastModifiedDate }: IdentityDescription) => `${IdentityId}@${LastModifiedDate}`,
    row: ({ IdentityPoolId }: Pool, identity: IdentityDescription) => identityRow(IdentityPoolId, identity),
  } as const;
  await emitList(current, behaviour, list, {
    page: () => client.send(ListIdentities, request),
    pages: () => identityPages(client, ListIdentities, request),
    request,
  });
});

export { identityPools } from '../platform/drop-down';
