import {
  ASSUMPTION_NAMES,
  CHOICES,
  DEFAULT_DEVELOPER_PROVIDER,
  DEFAULT_KEY,
  defaultPool,
  type Assumptions,
  type Quotas,
  type ServerOptions,
} from './options';

/** The options with every default filled in. */
export type Settings = Required<
  Omit<ServerOptions, 'dataFile' | 'seedFile' | 'quotas' | 'assume' | 'now' | 'tls' | 'controlToken'>
> & {
  tls: ServerOptions['tls'] | undefined;
  controlToken: string | undefined;
  dataFile: string | undefined;
  seedFile: string | undefined;
  quotas: Quotas;
  assume: Assumptions;
};

const DEFAULT_QUOTAS: Quotas = { datasetsPerIdentity: 20, recordsPerDataset: 1024, bytesPerDataset: 1024 * 1024 };

const DEFAULT_ASSUMPTIONS = Object.fromEntries(
  Object.entries(CHOICES).map(([name, [usual]]) => [name, usual]),
) as unknown as Assumptions;

/** The settings that options come to. @throws TypeError naming an option that makes no sense. */
export function settingsOf(options: ServerOptions): Settings {
  const region = options.region ?? 'us-east-1';
  const pools = checkedPools(options.pools ?? [defaultPool(region)], region);
  const accountId = checkedAccountId(options.accountId ?? '123456789012');
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    tls: options.tls,
    allowOrigins: (options.allowOrigins ?? []).map(originOf),
    controlToken: checkedToken(options.controlToken),
    control: options.control ?? true,
    region,
    accountId,
    keys: options.keys ?? [DEFAULT_KEY],
    roles: options.roles ?? [],
    pools,
    developerProviderName: options.developerProviderName ?? DEFAULT_DEVELOPER_PROVIDER,
    providers: checkedProviders(options),
    dataFile: options.dataFile,
    seedFile: options.seedFile,
    quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
    ...durationsOf(options),
    recordsPerPage: atLeast(1, 'recordsPerPage', options.recordsPerPage, 1024),
    faults: options.faults ?? [],
    onCall: options.onCall ?? (() => undefined),
    say: options.say ?? (() => undefined),
    rateLimits: options.rateLimits ?? [],
    assume: { ...DEFAULT_ASSUMPTIONS, ...checkedChoices(options.assume ?? {}) },
  };
}

function checkedPools(pools: readonly string[], region: string): readonly string[] {
  for (const id of pools) {
    if (!/^[\w-]+:[0-9a-f-]+$/.test(id) || id.length > 55) {
      throw new TypeError(`pools: expected ids such as ${defaultPool(region)}, got ${JSON.stringify(id)}`);
    }
    if (!id.startsWith(`${region}:`)) {
      throw new TypeError(`pools: expected ids of region ${region}, got ${id}; give region to serve another one`);
    }
  }
  return pools;
}

function checkedAccountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new TypeError(`accountId: expected 12 digits, got ${JSON.stringify(text)}`);
  return text;
}

/** An origin as browsers send it. @throws TypeError */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.href === `${url?.origin}/` && !text.includes('*')) return url.origin;
  const origin = text.toLowerCase();
  // `null` is what pages of files and of frames without an origin send.
  if (origin === '*' || origin === 'null' || /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+$/.test(origin)) return origin;
  throw new TypeError(
    `allowOrigins: expected an origin such as https://app.example.com (a scheme and a host, no path), null or *, got ${JSON.stringify(text)}`,
  );
}

/** @throws TypeError without the token in it. */
function checkedToken(token: string | undefined): string | undefined {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('controlToken: expected visible ASCII characters without spaces, got others or none');
  }
  return token;
}

function checkedProviders({ providers = [], developerProviderName = DEFAULT_DEVELOPER_PROVIDER }: ServerOptions) {
  const names = new Set([developerProviderName, 'cognito-identity.amazonaws.com']);
  for (const { name, issuer } of providers) {
    if (!name || name.length > 128 || names.has(name)) {
      throw new TypeError(`providers: expected another name of a public provider each, got ${JSON.stringify(name)}`);
    }
    names.add(name);
    if (!URL.canParse(issuer) || !/^https?:/.test(issuer)) {
      throw new TypeError(`providers: expected an http or https address as the issuer of ${name}, got ${issuer}`);
    }
  }
  return providers;
}

/** In milliseconds. @throws TypeError for one below 0. */
function durationsOf(options: ServerOptions) {
  return {
    tokenLifetimeMs: atLeast(0, 'tokenLifetimeMs', options.tokenLifetimeMs, 5 * 60_000),
    credentialsLifetimeMs: atLeast(0, 'credentialsLifetimeMs', options.credentialsLifetimeMs, 60 * 60_000),
    maxSkewMs: atLeast(0, 'maxSkewMs', options.maxSkewMs, 15 * 60_000),
    bulkPublishDelayMs: atLeast(0, 'bulkPublishDelayMs', options.bulkPublishDelayMs, 2_000),
    latencyMs: atLeast(0, 'latencyMs', options.latencyMs, 0),
  };
}

function atLeast(least: number, name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!(value >= least && value < Infinity)) {
    throw new TypeError(`${name}: expected a number of at least ${least}, got ${value}`);
  }
  return value;
}

function checkedChoices(assume: Partial<Assumptions>): Partial<Assumptions> {
  for (const [name, choice] of Object.entries(assume)) {
    if (!Object.hasOwn(CHOICES, name)) {
      throw new TypeError(`assume: expected one of ${ASSUMPTION_NAMES.join(', ')}, got ${name}`);
    }
    const choices: readonly string[] = CHOICES[name as keyof Assumptions];
    if (!choices.includes(choice))
      throw new TypeError(`assume.${name}: expected ${choices.join(' or ')}, got ${choice}`);
  }
  return assume;
}
