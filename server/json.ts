/** A value of an answer. A Date goes out as epoch seconds, the format of timestamps in the bodies of AWS's JSON protocols. */
export type Json = string | number | boolean | null | Date | readonly Json[] | { readonly [member: string]: Json };

/** Epoch seconds as Cognito Sync writes them: a Java double, such as `1.70057487574E9`. */
export function epochSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (Math.abs(seconds) < 1e7) return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
  const [mantissa = '', exponent = ''] = seconds.toExponential().split('e+');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`;
}

/** JSON text with the members in the order given; AWS's answers have theirs in alphabetical order. */
export function stringify(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Date) return epochSeconds(value.getTime());
  if (isList(value)) return `[${value.map(stringify).join(',')}]`;
  let text = '';
  for (const member in value) {
    text += `${text && ','}${JSON.stringify(member)}:${stringify(value[member] ?? null)}`;
  }
  return `{${text}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
