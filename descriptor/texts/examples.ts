/** The values that examples and placeholders use, each once; the accounts, keys and tokens are AWS's documentation ones or invented. */
export const POOL = 'us-east-1:12345678-1234-1234-1234-123456789012';
export const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';
export const ACCOUNT = '123456789012';
export const DATASET = { IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName: 'profile' };
export const DEVICE = '5cd28fbe-dd83-47ab-9f83-19093a5fb014';
export const MERGED = `profile.${IDENTITY}`;
export const NEXT_TOKEN = 'ZXhhbXBsZS1uZXh0LXBhZ2U=';
export const SESSION = 'ZXhhbXBsZS1zeW5jLXNlc3Npb24=';
export const APPLICATIONS = ['GCM', 'APNS'].map((platform) => `arn:aws:sns:us-east-1:${ACCOUNT}:app/${platform}/MyApp`);
export const PUSH_ROLE = `arn:aws:iam::${ACCOUNT}:role/CognitoSync`;
export const STREAM_ROLE = `arn:aws:iam::${ACCOUNT}:role/CognitoStreams`;
export const LAMBDA = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:CheckProfile`;
export const LOGINS = { 'accounts.google.com': 'example-id-token' };
export const REQUEST_ID = '0d8e5c1a-1b2c-4d3e-8f90-a1b2c3d4e5f6';
/** Of nothing at all. */
export const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const CREATED = '2026-01-30T08:00:00.000Z';
/** On the device's clock. */
export const CHANGED = '2026-01-31T09:30:00.000Z';
/** On the service's clock. */
export const MODIFIED = '2026-01-31T09:30:01.250Z';
