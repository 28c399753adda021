import { ListDatasets } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Lists the datasets of an identity: `GET …/identities/{IdentityId}/datasets`. */
export const process = action(ListDatasets);
