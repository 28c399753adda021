import { textOf } from '../../../lib/aws/body-text';
import { fc } from '../../support/random';

/** Parts of `size` bytes, as a socket delivers them. */
function split(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

it.each([
  ['nothing', '', 1],
  ['ASCII', '{"Key":"theme"}', 4],
  ['scripts of several bytes a character, cut within characters', 'Größe, 設定, تم, Настройки, 👩‍👩‍👧‍👦', 1],
  ['one part', '設定', 100],
  ['a byte order mark', '\uFEFF{}', 2],
  ['an answer of 3 MB', '設'.repeat(1_000_000), 65_536],
])('reads %s', (_, text, size) => {
  expect(textOf(split(Buffer.from(text), size))).toBe(text);
});

it.each([
  ['a byte that begins nothing', [0x61, 0xff, 0x62]],
  ['a character that is cut off', [0x61, 0xe8, 0xa8]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['an overlong form', [0xc0, 0xaf]],
])('reads %s as U+FFFD, as TextDecoder does', (_, bytes) => {
  expect(textOf([Buffer.from(bytes)])).toBe(new TextDecoder().decode(Buffer.from(bytes)));
});

it('reads any bytes as TextDecoder does', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'grapheme' }).map((text) => new Uint8Array(Buffer.from(text))),
  );
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 40 }), (content, size) => {
      expect(textOf(split(Buffer.from(content), size))).toBe(decoder.decode(content));
    }),
  );
});
