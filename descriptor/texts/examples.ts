/** The values that examples and placeholders use, each once; the accounts, keys and tokens are AWS's documentation ones or invented. */
export const POOL = 'us-east-1:12345678-1234-1234-1234-123456789012';
export const OTHER_POOL = 'us-east-1:23456789-2345-2345-2345-234567890123';
export const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';
export const ACCOUNT = '123456789012';
export const DEVICE = '5cd28fbe-dd83-47ab-9f83-19093a5fb014';
export const MERGED = `profile.${IDENTITY}`;
export const NEXT_TOKEN = 'ZXhhbXBsZS1uZXh0LXBhZ2U=';
export const SESSION = 'ZXhhbXBsZS1zeW5jLXNlc3Npb24=';
export const APPLICATIONS = ['GCM', 'APNS'].map((platform) => `arn:aws:sns:us-east-1:${ACCOUNT}:app/${platform}/MyApp`);
export const PUSH_ROLE = `arn:aws:iam::${ACCOUNT}:role/CognitoSync`;
export const STREAM_ROLE = `arn:aws:iam::${ACCOUNT}:role/CognitoStreams`;
export const LAMBDA = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:CheckProfile`;
export const LOGINS = { 'accounts.google.com': 'example-id-token' };
export const CREATED = '2026-01-30T08:00:00.000Z';
/** On the device's clock. */
export const CHANGED = '2026-01-31T09:30:00.000Z';
/** On the service's clock. */
export const MODIFIED = '2026-01-31T09:30:01.250Z';
