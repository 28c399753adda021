import fc from 'fast-check';
import { problemOf } from '../../workbench/page/json-problem';

describe('the problem of a text that is no JSON', () => {
  it.each([
    ['{\n  "a": oops\n}', 'Line 2: expected a value, got «oops»'],
    ['{\n  "a": 1\n  "b": 2\n}', 'Line 3: expected a comma or }, got «"b": 2»'],
    ['[1,\n]', 'Line 2: expected a value, got «]»'],
    ['{\n"a" 1}', 'Line 2: expected a colon, got «1}»'],
    ["{'a': 1}", "Line 1: expected a name in double quotes, got «'a': 1}»"],
    ['{"a": "b', 'Line 1: expected a value, got «"b»'],
    ['{"a": 1', 'Line 1: expected a comma or }, got the end'],
    ['{}\n{}', 'Line 2: expected nothing more, got «{}»'],
    ['', 'Line 1: expected a value, got the end'],
    ['{"a": 01}', 'Line 1: expected a comma or }, got «1}»'],
  ])('of %j is «%s»', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('is none for whatever is JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(problemOf(text)).toBeUndefined()));
  });

  it('is one, within the text, for whatever is none', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (text, seed) => {
        const cut = text.slice(0, seed % text.length);
        let isJson = true;
        try {
          JSON.parse(cut);
        } catch {
          isJson = false;
        }
        expect(problemOf(cut) === undefined).toBe(isJson);
      }),
    );
  });
});
