import { percentEncode } from './http';

export const REDACTED = '[hidden]';
/** Shorter texts would redact ordinary words. */
const SHORTEST_REDACTED = 4;
/** A part of a credential or a token from this length up is hidden as well; they hold no blanks, unlike sentences. */
export const SHORTEST_PART = 12;
const CREDENTIAL = /^\S{16,}$/;
/** Of a longer text the beginning is looked for, and all that follows it is hidden. */
const LONGEST_COMPARED = 4_096;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Without regard to case, and as long as the text: `toLowerCase` lengthens some letters. */
const lowerCase = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Base64 of a text wherever it begins among other bytes, without the characters that its neighbours have a part in. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const own = encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
    return own.length < SHORTEST_PART ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** A text as an answer may repeat it: plain, in JSON, in an address, in HTML, in base64. */
function formsOf(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  return [
    text,
    inJson,
    inJson.replaceAll('/', '\\/'),
    inJson.replace(/[&<>+/=']/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    // A lone surrogate has no percent-encoded form; as bytes it is U+FFFD.
    percentEncode(Buffer.from(text).toString()),
    text.replace(/[&<>"']/g, (char) => ENTITIES[char] as string),
    ...base64Forms(text),
  ];
}

/** What is to be hidden of a text: for each of its characters whether it is. */
class Marks {
  private readonly marked: Uint8Array;
  private readonly compared: string;
  /** Where each part of the text stands, for those of credentials. */
  private parts: Map<string, number[]> | undefined;

  constructor(private readonly text: string) {
    this.marked = new Uint8Array(text.length);
    this.compared = lowerCase(text);
  }

  /** Marks all occurrences of a form, and with `toEnd` what follows the first one. A short form must be spelt the same. */
  whole(form: string, toEnd: boolean): void {
    const isShort = form.length < SHORTEST_PART;
    const [text, wanted] = isShort ? [this.text, form] : [this.compared, lowerCase(form)];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + form.length)) {
      this.marked.fill(1, at, toEnd ? this.text.length : at + form.length);
    }
  }

  /** Marks what the text has in common with a form. */
  inPart(form: string): void {
    this.parts ??= this.partsOfText();
    const wanted = lowerCase(form);
    for (let at = 0; at + SHORTEST_PART <= wanted.length; at++) {
      for (const found of this.parts.get(wanted.slice(at, at + SHORTEST_PART)) ?? []) {
        this.marked.fill(1, found, found + SHORTEST_PART);
      }
    }
  }

  private partsOfText(): Map<string, number[]> {
    const parts = new Map<string, number[]>();
    for (let at = 0; at + SHORTEST_PART <= this.compared.length; at++) {
      const part = this.compared.slice(at, at + SHORTEST_PART);
      const places = parts.get(part);
      if (places) places.push(at);
      else parts.set(part, [at]);
    }
    return parts;
  }

  redacted(): string {
    let result = '';
    let shownFrom = 0;
    for (let at = this.marked.indexOf(1); at >= 0; at = this.marked.indexOf(1, shownFrom)) {
      const end = this.marked.indexOf(0, at);
      result += this.text.slice(shownFrom, at) + REDACTED;
      if (end < 0) return result;
      shownFrom = end;
    }
    return result + this.text.slice(shownFrom);
  }
}

/**
 * Returns a function that redacts these texts, from 4 characters up, in whatever it is given, in all forms in which an answer
 * may repeat them, and parts of credentials and tokens.
 */
export function redaction(confidential: readonly (string | undefined)[]): (text: string) => string {
  const texts = new Set(confidential.filter((text = '') => text.length >= SHORTEST_REDACTED) as string[]);
  return (text) => {
    if (text === '' || texts.size === 0) return text;
    const marks = new Marks(text);
    for (const secret of texts) {
      const isLong = secret.length > LONGEST_COMPARED;
      for (const form of new Set(formsOf(secret.slice(0, LONGEST_COMPARED)))) {
        marks.whole(form, isLong);
        if (CREDENTIAL.test(secret)) marks.inPart(form);
      }
    }
    return marks.redacted();
  };
}
