import { identify } from '../cognito-identity/session';
import type { Pool } from '../cognito-sync/model';
import { GetIdentityPoolConfiguration } from '../cognito-sync/operations';
import { ownerFields, requiredOwner, type OwnerMembers } from '../platform/owner';
import { step } from '../platform/step';
import { readInput, structure } from '../shape';

/** The whole input of the step. */
export const input = structure<Pool & OwnerMembers>({ ...GetIdentityPoolConfiguration.members, ...ownerFields });

/** Finds the identity of a user in an identity pool, or makes it; a guest is a new one each time. */
export const process = step('GetIdentityId', async (current) => {
  const { name, identityClient, emit } = current;
  const { IdentityPoolId } = readInput(name, input, current.input);
  const owner = requiredOwner(name, current.input, current.connect());
  const { identityId, trace } = await identify(identityClient(), { poolId: IdentityPoolId, owner });
  await emit({ IdentityPoolId, IdentityId: identityId }, { item: 'answer', trace });
});

export { identityPools } from '../platform/drop-down';
