import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from './callers';
import type { Clock } from './clock';
import { ServiceError } from './errors';
import type { Secret } from './sigv4';
import type { State } from './state/model';

/** Whom temporary credentials stand for. */
export type Session =
  | { readonly kind: 'identity'; readonly pool: string; readonly identity: string }
  | { readonly kind: 'role'; readonly roleArn: string; readonly name: string };

export interface TemporaryCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

interface Claims {
  readonly accessKeyId: string;
  /** Epoch milliseconds. */
  readonly expiration: number;
  readonly session: Session;
}

/**
 * Access keys and temporary credentials. Temporary ones are not kept: their session token says all, under a MAC, and their
 * secret follows from it, so they outlive a restart with the data file.
 */
export class Credentials {
  private readonly decoded = new Map<string, Claims>();

  constructor(
    private readonly state: State,
    private readonly clock: Clock,
    private readonly accountId: string,
  ) {}

  /** New temporary credentials, good for `lifetimeMs` milliseconds. */
  vend(session: Session, lifetimeMs: number): TemporaryCredentials {
    // Whole seconds, as on the wire: 20 characters of key id, like AWS's.
    const expiration = Math.floor((this.clock.now() + lifetimeMs) / 1000) * 1000;
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const claims = Buffer.from(JSON.stringify({ accessKeyId, expiration, session })).toString('base64');
    const sessionToken = `${claims}.${this.mac(claims)}`;
    return {
      accessKeyId,
      secretAccessKey: this.secretOf(sessionToken),
      sessionToken,
      expiration: new Date(expiration),
    };
  }

  /** The secret of an access key id and who it stands for. @throws ServiceError when unknown or expired. */
  readonly lookUp = (accessKeyId: string, sessionToken: string | undefined): Secret<Caller> => {
    if (sessionToken === undefined) {
      const key = this.state.keys.get(accessKeyId);
      if (!key) throw unrecognized();
      const arn = `arn:aws:iam::${this.accountId}:user/${accessKeyId}`;
      return { secretAccessKey: key.secretAccessKey, caller: { kind: 'developer', arn, deny: key.deny ?? [] } };
    }
    const claims = this.claimsOf(sessionToken);
    if (claims?.accessKeyId !== accessKeyId) throw unrecognized();
    if (claims.expiration <= this.clock.now()) {
      throw new ServiceError('ExpiredTokenException', 403, 'The security token included in the request is expired');
    }
    return { secretAccessKey: this.secretOf(sessionToken), caller: this.callerOf(claims.session) };
  };

  /** The ARN that IAM knows a session by. */
  arnOf(session: Session): string {
    const role =
      session.kind === 'identity' ? 'Cognito_localRole' : session.roleArn.slice(session.roleArn.lastIndexOf('/') + 1);
    const name = session.kind === 'identity' ? 'CognitoIdentityCredentials' : session.name;
    return `arn:aws:sts::${this.accountId}:assumed-role/${role}/${name}`;
  }

  private callerOf(session: Session): Caller {
    const arn = this.arnOf(session);
    return session.kind === 'identity'
      ? { kind: 'identity', arn, poolId: session.pool, identityId: session.identity }
      : { kind: 'developer', arn, deny: this.state.roles.get(session.roleArn)?.deny ?? [] };
  }

  private claimsOf(token: string): Claims | undefined {
    const known = this.decoded.get(token);
    if (known) return known;
    const [text = '', mac = ''] = token.split('.');
    const ours = Buffer.from(this.mac(text));
    const theirs = Buffer.from(mac);
    if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) return undefined;
    const claims = JSON.parse(Buffer.from(text, 'base64').toString()) as Claims;
    if (this.decoded.size >= 10_000) this.decoded.clear();
    this.decoded.set(token, claims);
    return claims;
  }

  private readonly mac = (text: string) =>
    createHmac('sha256', this.state.secret).update(`session ${text}`).digest('base64');

  private secretOf(sessionToken: string): string {
    return createHmac('sha256', this.state.secret).update(`secret ${sessionToken}`).digest('base64').slice(0, 40);
  }
}

const unrecognized = () =>
  new ServiceError('UnrecognizedClientException', 403, 'The security token included in the request is invalid.');
