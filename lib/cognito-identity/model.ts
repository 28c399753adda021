/**
 * The part of the Cognito Identity API (2014-06-30) that the connector uses, by AWS's names.
 * https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_Operations.html
 */

/** From a login provider's name to the token it gave, at most 10. */
export interface Logins {
  [provider: string]: string;
}

export interface ListIdentitiesInput {
  IdentityPoolId: string;
  /** 1 to 60. */
  MaxResults: number;
  NextToken?: string;
  HideDisabled?: boolean;
}

export interface IdentityDescription {
  IdentityId?: string;
  Logins?: string[];
  CreationDate?: string;
  LastModifiedDate?: string;
}

export interface ListIdentitiesOutput {
  IdentityPoolId?: string;
  Identities?: IdentityDescription[];
  NextToken?: string;
}

export interface ListIdentityPoolsInput {
  /** 1 to 60. */
  MaxResults: number;
  NextToken?: string;
}

export interface ListIdentityPoolsOutput {
  IdentityPools?: { IdentityPoolId?: string; IdentityPoolName?: string }[];
  NextToken?: string;
}

export interface GetIdInput {
  IdentityPoolId: string;
  AccountId?: string;
  Logins?: Logins;
}

export interface GetIdOutput {
  IdentityId?: string;
}

export interface GetOpenIdTokenForDeveloperIdentityInput {
  IdentityPoolId: string;
  IdentityId?: string;
  /** The developer provider's name and the user's identifier. */
  Logins: Logins;
  /** Seconds, 1 to 86400, by default 900. */
  TokenDuration?: number;
}

export interface GetOpenIdTokenForDeveloperIdentityOutput {
  IdentityId?: string;
  Token?: string;
}

export interface GetCredentialsForIdentityInput {
  IdentityId: string;
  Logins?: Logins;
}

export interface GetCredentialsForIdentityOutput {
  IdentityId?: string;
  Credentials?: {
    AccessKeyId?: string;
    /** Not «SecretAccessKey», as elsewhere in AWS. */
    SecretKey?: string;
    SessionToken?: string;
    /** ISO 8601; epoch seconds on the wire. */
    Expiration?: string;
  };
}

export interface IdentityOperation<Input extends object, Output extends object> {
  readonly name: string;
  /** AWS takes the others unsigned: whoever holds a login token or an identity id may call them. */
  readonly signed: boolean;
  readonly idempotent: boolean;
  /** Carry the types only. */
  readonly input?: Input;
  readonly output?: Output;
}

export const ListIdentities: IdentityOperation<ListIdentitiesInput, ListIdentitiesOutput> = {
  name: 'ListIdentities',
  signed: true,
  idempotent: true,
};

export const ListIdentityPools: IdentityOperation<ListIdentityPoolsInput, ListIdentityPoolsOutput> = {
  name: 'ListIdentityPools',
  signed: true,
  idempotent: true,
};

// Finds the identity of the logins before it makes one; only a guest's, without logins, is a new one each time.
export const GetId: IdentityOperation<GetIdInput, GetIdOutput> = { name: 'GetId', signed: false, idempotent: true };

export const GetOpenIdTokenForDeveloperIdentity: IdentityOperation<
  GetOpenIdTokenForDeveloperIdentityInput,
  GetOpenIdTokenForDeveloperIdentityOutput
> = { name: 'GetOpenIdTokenForDeveloperIdentity', signed: true, idempotent: true };

export const GetCredentialsForIdentity: IdentityOperation<
  GetCredentialsForIdentityInput,
  GetCredentialsForIdentityOutput
> = {
  name: 'GetCredentialsForIdentity',
  signed: false,
  idempotent: true,
};
