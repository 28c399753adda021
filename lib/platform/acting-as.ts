import type { CredentialSource } from '../aws/attempt';
import { isExpired } from '../aws/call';
import type { IdentitySession, IdentitySessionSource } from '../cognito-identity/session';
import type { CognitoSync } from '../cognito-sync/client';

/**
 * A client that acts as an identity: each call is for the identity that its credentials belong to.
 * @param adopt takes that identity
 */
export function actingAs(
  source: IdentitySessionSource,
  clientWith: (credentials: CredentialSource) => CognitoSync,
  adopt: (identityId: string) => void,
): CognitoSync {
  const client = clientWith({ current: async () => (await source.current()).credentials });
  return {
    ...client,
    send: async (operation, input) => {
      const sendIn = ({ identityId, credentials }: IdentitySession) => {
        adopt(identityId);
        return clientWith({ current: () => credentials }).send(operation, { ...input, IdentityId: identityId });
      };
      const session = await source.current();
      try {
        return await sendIn(session);
      } catch (error) {
        if (!isExpired(error)) throw error;
        // Not renewed within the call, since the new session may be for another identity.
        return sendIn(await source.renew(session));
      }
    },
  };
}
