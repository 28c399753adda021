import { percentEncode } from './http';

const REDACTED = '[hidden]';
/** Shorter texts would redact ordinary words. */
const SHORTEST_REDACTED = 4;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as an answer may repeat it: plain, in JSON, in an address, in HTML. */
function formsOf(text: string): string[] {
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    // A lone surrogate has no percent-encoded form; as bytes it is U+FFFD.
    percentEncode(Buffer.from(text).toString()),
    text.replace(/[&<>"']/g, (char) => ENTITIES[char] as string),
  ];
}

/** Returns a function that redacts these texts, from 4 characters up, in whatever it is given. */
export function redaction(confidential: readonly (string | undefined)[]): (text: string) => string {
  const forms = new Set(confidential.flatMap((text = '') => (text.length < SHORTEST_REDACTED ? [] : formsOf(text))));
  // A text may begin another one, which would then show its rest.
  const longestFirst = [...forms].sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((result, form) => result.replaceAll(form, REDACTED), text);
}
