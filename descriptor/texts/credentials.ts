import { AUTHORISE_AS } from '../../lib/platform/credential';
import { PUSH_ROLE } from './examples';
import { labelled, type Form } from './form';

export const help = 'An access key of the AWS account that owns the identity pools, or of one that may assume a role there. Verification makes one signed call that only reads; without an access key it sees whether Cognito Identity answers.';

/** The regions in which AWS offers Cognito Sync. */
const REGIONS = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'Europe (Ireland)',
  'eu-west-2': 'Europe (London)',
  'eu-central-1': 'Europe (Frankfurt)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
};

/** The form of the credential. */
export const fields: Form = {
  accessKeyId: { label: 'Access Key ID', placeholder: 'AKIDEXAMPLE', help: 'The id of an IAM access key. Needed unless Authorise As is Logins or Guest. A user of its own with only the permissions that the flow needs is safest.' },
  secretAccessKey: { label: 'Secret Access Key', secret: true, help: 'The secret that AWS showed once, when the access key was made. Needed with every access key id.' },
  sessionToken: { label: 'Session Token', secret: true, help: 'Only for temporary credentials: the token that came with them. They end after some hours at most, so give flows that run for long a lasting access key instead.' },
  region: {
    label: 'Region',
    model: Object.fromEntries(Object.entries(REGIONS).map(([code, name]) => [code, `${name}, ${code}`])),
    prompt: 'Take it from the identity pool id',
    help: 'The AWS region of your identity pools. Left blank, each call goes to the region that the identity pool id begins with; List Identity Pool Usage and the list of pools in a step need it set.',
  },
  authoriseAs: {
    label: 'Authorise As',
    model: labelled(AUTHORISE_AS, { accessKey: 'The access key (default)', developerIdentity: 'Developer identity: a user of your own login', logins: 'Logins: tokens of login providers, mapped in each message', guest: 'Guest: an identity without a login' }),
    help: "In whose name the steps about one user make their calls. An access key may do nearly everything, but AWS refuses it for Register Device, Subscribe to Dataset and Unsubscribe from Dataset, and what it writes does not run the pool's Lambda function (Sync Trigger). The other choices obtain credentials of the identity itself: for a user of your own login, whom the message names by User Identifier; for whoever the Logins of the message belong to; or for a guest, whom the message names by Identity ID. Steps about a whole pool use the access key all the same.",
  },
  developerProviderName: { label: 'Developer Provider Name', placeholder: 'login.example.com', help: "Only for users of your own login: the name under which the identity pool knows it, set among the pool's authentication providers as the custom developer provider." },
  roleArn: { label: 'Role ARN', placeholder: PUSH_ROLE, help: 'Only where the owner of the pools gave you a role instead of an access key to them: your access key assumes this role before each hour of calls, and needs the permission sts:AssumeRole for it.' },
  externalId: { label: 'External ID', help: 'Only with a role whose owner asks for it: the external id that you agreed on.' },
  roleSessionName: { label: 'Role Session Name', placeholder: 'cognito-sync-connector', help: 'Only with a role: how its use is called in the logs of AWS CloudTrail. Left blank, it is cognito-sync-connector.' },
  endpoint: {
    label: 'Endpoint',
    placeholder: 'https://cognito-sync.us-east-1.amazonaws.com',
    help: 'Leave it blank to use AWS. Otherwise the address that all calls go to instead, such as a VPC endpoint: https, or http on the loopback interface for the local server, which is the machine or container that the step itself runs on. Whoever runs it sees your records.',
  },
};

/** Which credentials AWS takes for an operation, by the table's kinds. */
export const CREDENTIALS = {
  developer: 'an access key of the AWS account; those of a Cognito identity are refused.',
  identity: "only those of the Cognito identity itself, which the credential's field Authorise As obtains; an access key of the AWS account is refused.",
  either: 'an access key of the AWS account, or those of the Cognito identity.',
};
