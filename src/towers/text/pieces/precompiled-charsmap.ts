import { graphemesOf } from './graphemes.js';

/** Longer graphemes are never looked up whole (`normalizers/precompiled.rs` of Hugging Face's tokenizers). */
const LONGEST_GRAPHEME_BYTES = 5;

/** ASCII without a carriage return: every character is a grapheme, and no segmenter is needed. */
// eslint-disable-next-line no-control-regex
const SINGLE_GRAPHEMES = /^[\x00-\x0C\x0E-\x7F]*$/;

/**
 * SentencePiece's precompiled character map as a function on texts. `base64` holds a byte count, a Darts double-array
 * trie of that many bytes (little-endian 32-bit units, keyed by UTF-8 bytes), then the replacements, each ended by a
 * zero byte; a leaf's value is its replacement's offset. A grapheme of up to five bytes is looked up whole, else each of
 * its characters, and the *shortest* key that begins it decides for all of it: the reference does so too. Throws if the
 * map is cut short.
 */
export function createPrecompiled(base64: string): (text: string) => string {
  const map = parseCharsMap(base64);
  const known = new Map<string, string | undefined>();
  const replacementOf = (key: string) => {
    if (!known.has(key)) known.set(key, lookUp(map, Buffer.from(key)));
    return known.get(key);
  };
  const replaceCharacters = (text: string) => {
    let out = '';
    for (const character of text) out += replacementOf(character) ?? character;
    return out;
  };
  return (text) => {
    if (SINGLE_GRAPHEMES.test(text)) return replaceCharacters(text);
    let out = '';
    for (const grapheme of graphemesOf(text)) {
      const whole =
        Buffer.byteLength(grapheme) <= LONGEST_GRAPHEME_BYTES ? replacementOf(grapheme) : undefined;
      out += whole ?? replaceCharacters(grapheme);
    }
    return out;
  };
}

interface CharsMap {
  readonly trie: Uint32Array;
  readonly replacements: Buffer;
}

function parseCharsMap(base64: string): CharsMap {
  const bytes = Buffer.from(base64, 'base64');
  const trieBytes = bytes.length < 4 ? Infinity : bytes.readUInt32LE(0);
  if (bytes.length < 4 + trieBytes) {
    throw new Error(
      `precompiled_charsmap: expected ${trieBytes} bytes of trie, received ${bytes.length} in all`,
    );
  }
  const trie = Uint32Array.from({ length: trieBytes >> 2 }, (_, unit) => bytes.readUInt32LE(4 + 4 * unit));
  return { trie, replacements: bytes.subarray(4 + trieBytes) };
}

/** Darts-clone's units: bit 8 says that a leaf follows, bits 0–7 and 31 are the label, the rest the offset. */
function lookUp({ trie, replacements }: CharsMap, key: Uint8Array): string | undefined {
  let position = offsetOf(trie[0] ?? 0);
  for (const byte of key) {
    position ^= byte;
    const unit = trie[position] ?? 0;
    if (byte === 0 || (unit & 0x800000ff) !== byte) return undefined;
    position ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) {
      const start = (trie[position] ?? 0) & 0x7fffffff;
      const end = replacements.indexOf(0, start);
      return replacements.toString('utf8', start, end < 0 ? undefined : end);
    }
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
}
