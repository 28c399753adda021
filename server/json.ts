/** A value of an answer. A Date goes out as epoch seconds, the format of timestamps in the bodies of AWS's JSON protocols. */
export type Json =
  string | number | bigint | boolean | null | Date | readonly Json[] | { readonly [member: string]: Json };

/** JSON text with the members in the order given; AWS's answers have theirs in alphabetical order. */
export function stringify(value: Json): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Date) return epochSeconds(value.getTime());
  if (isList(value)) return `[${value.map(stringify).join(',')}]`;
  let text = '{';
  for (const member in value) {
    text += `${text.length > 1 ? ',' : ''}${quote(member)}:${stringify(value[member] ?? null)}`;
  }
  return `${text}}`;
}

/** Epoch seconds as Cognito Sync writes them: a Java double, such as `1.70057487574E9`. */
export function epochSeconds(milliseconds: number): string {
  // Records of one write share their dates, so the last one is worth remembering.
  if (milliseconds !== last.milliseconds) last = { milliseconds, text: javaDouble(milliseconds / 1000) };
  return last.text;
}

let last = { milliseconds: 0, text: '0.0' };

function javaDouble(value: number): string {
  if (Math.abs(value) < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e+');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`;
}

const PLAIN = /^[ !#-[\]-~]*$/;

// Most texts are short and need no escape; for those this is several times as fast as JSON.stringify.
const quote = (text: string) => (text.length < 100 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
