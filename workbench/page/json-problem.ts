/** Where a text stops being JSON: the engine's own messages name no place for most mistakes. */

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const ATOM = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class Problem extends Error {
  constructor(
    readonly at: number,
    expected: string,
  ) {
    super(expected);
  }
}

/** Why a text is no JSON, with the line, counted from 1; undefined where it is JSON; pure. */
export function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const { at, message } = find(text);
    const line = text.slice(0, at).split('\n').length;
    const got = at >= text.length ? 'the end' : `«${text.slice(at, at + 12).split('\n')[0]}»`;
    return `Line ${line}: expected ${message}, got ${got}`;
  }
}

function find(text: string): Problem {
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    at += found?.length ?? 0;
    return found !== undefined;
  };
  const space = () => take(SPACE);
  const fail = (expected: string): never => {
    throw new Problem(at, expected);
  };
  const entries = (close: string, entry: () => void) => {
    at++;
    space();
    if (text[at] === close) return void at++;
    for (;;) {
      entry();
      space();
      const next = text[at];
      if (next !== ',' && next !== close) fail(`a comma or ${close}`);
      at++;
      if (next === close) return;
      space();
    }
  };
  const member = () => {
    if (!take(STRING)) fail('a name in double quotes');
    space();
    if (text[at] !== ':') fail('a colon');
    at++;
    value();
  };
  const value = (): void => {
    space();
    if (text[at] === '{') entries('}', member);
    else if (text[at] === '[') entries(']', value);
    else if (!take(STRING) && !take(ATOM)) fail('a value');
  };
  try {
    value();
    space();
    return new Problem(at, 'nothing more');
  } catch (problem) {
    return problem as Problem;
  }
}
