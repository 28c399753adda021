/** A variable of the component's environment. */
export interface Variable {
  readonly values: string;
  readonly defaultValue: string;
  readonly description: string;
}

/** What whoever deploys the component may set; anything out of range counts as unset. None is required. */
export const variables: Readonly<Record<string, Variable>> = {
  API_RETRIES_COUNT: { values: '0 to 5', defaultValue: '3', description: 'How often a call that may be repeated is repeated' },
  API_REQUEST_TIMEOUT: { values: '500 to 120000 ms', defaultValue: '15000', description: 'How long one attempt may take' },
  COGNITO_SYNC_PROXY: { values: 'URL', defaultValue: 'none', description: 'The proxy for https calls; HTTPS_PROXY and the like are ignored' },
  COGNITO_SYNC_HTTP_HOSTS: { values: 'host names with commas between them', defaultValue: 'none', description: 'Hosts beside loopback that an endpoint may name with plain http, such as a container of the local server; whoever is on the way sees records and tokens' },
  COGNITO_SYNC_MAX_RECORDS: { values: 'from 1', defaultValue: '1024', description: 'Records in a dataset, where AWS raised the quota' },
  COGNITO_SYNC_MAX_DATASET_BYTES: { values: 'from 1', defaultValue: '1048576', description: 'Bytes in a dataset, where AWS raised the quota' },
  COGNITO_SYNC_MAX_DATASETS: { values: 'from 1', defaultValue: '20', description: 'Datasets of an identity, where AWS raised the quota' },
};
