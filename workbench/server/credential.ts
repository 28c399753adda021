import { isObject } from '../../lib/shape';
import type { CredentialInfo } from '../protocol';
import { BadInput, type Input } from './http';

type Values = Readonly<Record<string, string>>;

/**
 * The credential that steps run with: the local server's, or one's own. One's own is held in memory until the end, never written and
 * never given back to the page.
 */
export class Credential {
  private mode: 'local' | 'own' = 'local';
  private own: Values = {};

  /** @param local the credential of the local server, which may move */
  constructor(
    private readonly local: () => Values,
    private readonly fieldNames: readonly string[],
  ) {}

  get values(): Values {
    return this.mode === 'local' ? this.local() : this.own;
  }

  get info(): CredentialInfo {
    const { endpoint } = this.own;
    const isOwn = this.mode === 'own';
    return {
      mode: this.mode,
      filled: Object.keys(this.own),
      live: isOwn && !endpoint,
      ...(isOwn &&
        endpoint && {
          warning: `Calls signed with these keys go to ${endpoint}, which is not AWS: whoever runs it sees them.`,
        }),
    };
  }

  /** Chooses a credential, and sets the fields of one's own where some are given; blank ones are left as they are. */
  choose({ mode, fields, forget }: Input): CredentialInfo {
    if (mode !== 'local' && mode !== 'own') throw new BadInput('mode must be local or own');
    if (fields !== undefined && !isObject(fields)) throw new BadInput('fields must be an object of text by name');
    if (forget === true) this.own = {};
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (!this.fieldNames.includes(name)) throw new BadInput(`${name} is no field of the credential`);
      if (typeof value !== 'string') throw new BadInput(`${name} must be text`);
      if (value.trim() !== '') this.own = { ...this.own, [name]: value.trim() };
    }
    if (mode === 'own' && Object.keys(this.own).length === 0)
      throw new BadInput('Fill in a field of the credential first');
    this.mode = mode;
    return this.info;
  }
}
