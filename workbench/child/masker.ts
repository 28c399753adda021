import { redaction } from '../../lib/aws/redact';
import { isObject } from '../../lib/shape';

/** Members whose text lets its holder act in somebody's name. */
const SECRET =
  /^(?:secretAccessKey|sessionToken|SecretKey|SecretAccessKey|SessionToken|Token|WebIdentityToken|Signature|X-Amz-(?:Signature|Security-Token))$/i;
/** A token that flows pass on from one step to the next: shown by a name that stands for it. */
const NAMED = 'SyncSessionToken';
/** In answers in XML, in forms and in headers. */
const IN_TEXT = [
  /<(?:SecretAccessKey|SessionToken|WebIdentityToken)>([^<]+)</g,
  /\b(?:WebIdentityToken|X-Amz-Signature|X-Amz-Security-Token)=([^&\s]+)/gi,
  /^x-amz-security-token: *(\S+)/gim,
  /^authorization: *Bearer +(\S+)/gim,
];
/** Each call has another one, so none is remembered. */
const SIGNATURE = /\bSignature=[0-9a-f]{64}/g;
/** Tokens seen longer ago are not looked for: an export sees thousands, and each only for two calls. */
const MAX_NAMES = 100;

/** Names of tokens, as `[SyncSessionToken 1]`, and the tokens that they stand for. */
export type Names = Readonly<Record<string, string>>;

/**
 * Masks secrets in whatever leaves the process of a run. It learns them from the credential and from what goes over the wire, and
 * masks each wherever it stands from then on.
 */
export class Masker {
  private readonly secrets = new Set<string>();
  /** By token. */
  private readonly names = new Map<string, string>();
  private lastName = 0;
  private redact = redaction([]);

  constructor(
    names: Names,
    private readonly onName: (name: string, token: string) => void,
  ) {
    for (const [name, token] of Object.entries(names)) {
      this.names.set(token, name);
      this.lastName = Math.max(this.lastName, Number(/\d+/.exec(name)?.[0] ?? 0));
    }
  }

  /** Remembers a secret, of 4 characters or more. */
  add(secret: string | undefined): void {
    if (!secret || secret.length < 4 || this.secrets.has(secret)) return;
    this.secrets.add(secret);
    this.redact = redaction([...this.secrets]);
  }

  /** Finds the secrets in a value, by the names of its members. */
  learn(value: unknown): void {
    if (Array.isArray(value)) {
      for (const entry of value) this.learn(entry);
      return;
    }
    if (!isObject(value)) return;
    for (const [name, member] of Object.entries(value)) {
      if (name === 'Logins' && isObject(member)) {
        for (const login of Object.values(member)) this.add(typeof login === 'string' ? login : undefined);
      } else if (typeof member !== 'string') this.learn(member);
      else if (name === NAMED) this.name(member);
      else if (SECRET.test(name)) this.add(member);
    }
  }

  /** Finds the secrets in a text: JSON, XML, a form or headers. */
  learnText(text: string): void {
    for (const pattern of IN_TEXT) for (const [, secret] of text.matchAll(pattern)) this.add(secret);
    if (!/^\s*[{[]/.test(text)) return;
    try {
      this.learn(JSON.parse(text));
    } catch {
      // An answer that broke off: what can be found by form has been found.
      for (const [, secret] of text.matchAll(/"(?:SecretKey|SessionToken|SyncSessionToken|Token)" *: *"([^"]+)/g)) {
        this.add(secret);
      }
    }
  }

  text(text: string): string {
    let result = text;
    // First: a secret may stand within a token, which would then no longer be found.
    for (const [token, name] of this.names) result = result.replaceAll(token, name);
    return this.redact(result).replace(SIGNATURE, 'Signature=[hidden]');
  }

  /** A copy of a JSON value without its secrets. */
  value<Value>(value: Value): Value {
    return eachText(value, (text) => this.text(text));
  }

  /** A copy of a JSON value with the tokens in the place of their names. */
  unmask<Value>(value: Value): Value {
    if (this.names.size === 0) return value;
    return eachText(value, (text) => {
      let result = text;
      for (const [token, name] of this.names) result = result.replaceAll(name, token);
      return result;
    });
  }

  private name(token: string): void {
    if (!token || this.names.has(token) || /^\[SyncSessionToken \d+\]$/.test(token)) return;
    const name = `[${NAMED} ${++this.lastName}]`;
    this.names.set(token, name);
    const [oldest] = this.names.keys();
    if (this.names.size > MAX_NAMES && oldest !== undefined) this.names.delete(oldest);
    this.onName(name, token);
  }
}

/** A copy of a JSON value with each of its texts changed. */
function eachText<Value>(value: Value, change: (text: string) => string): Value {
  if (value === undefined) return value;
  const text = JSON.stringify(value);
  return JSON.parse(text, (_, member: unknown) => (typeof member === 'string' ? change(member) : member)) as Value;
}
