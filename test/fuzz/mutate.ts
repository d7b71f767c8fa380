/** A number from 0 to `below - 1`. */
export function pick(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

export function oneOf<T>(random: () => number, items: readonly T[]): T {
  return items[pick(random, items.length)] as T;
}

/** Makes other bytes of some; `other` is a second input, to splice with. */
type Mutation = (bytes: Buffer, random: () => number, other: Buffer) => Buffer;

const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xff];

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flip(bytes, random) {
    const flipped = Buffer.from(bytes);
    for (let left = 1 + pick(random, 16); left > 0; left--) {
      const at = pick(random, flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << pick(random, 8));
    }
    return flipped;
  },
  cut: (bytes, random) => bytes.subarray(0, pick(random, bytes.length)),
  splice: (bytes, random, other) =>
    Buffer.concat([
      bytes.subarray(0, pick(random, bytes.length)),
      other.subarray(pick(random, other.length)),
    ]),
  remove(bytes, random) {
    const from = pick(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + pick(random, 64))]);
  },
  repeat(bytes, random) {
    const from = pick(random, bytes.length);
    const part = bytes.subarray(from, from + 1 + pick(random, 64));
    return Buffer.concat([
      bytes.subarray(0, from),
      ...Array<Buffer>(2 + pick(random, 8)).fill(part),
      bytes.subarray(from),
    ]);
  },
  /** Sizes, counts and offsets lie near the start of most formats. */
  extremeHeader(bytes, random) {
    const changed = Buffer.from(bytes);
    const at = pick(random, Math.min(96, changed.length));
    changed.subarray(at, at + oneOf(random, [1, 2, 4, 8])).fill(oneOf(random, EXTREMES));
    return changed;
  },
  extreme(bytes, random) {
    const changed = Buffer.from(bytes);
    const at = pick(random, changed.length);
    changed.subarray(at, at + 1 + pick(random, 32)).fill(oneOf(random, EXTREMES));
    return changed;
  },
};

const NAMES = Object.keys(MUTATIONS);

/** One to three mutations of one of the inputs. */
export function mutate(inputs: readonly Buffer[], random: () => number): { bytes: Buffer; how: string } {
  let bytes = oneOf(random, inputs);
  const names: string[] = [];
  for (let left = 1 + pick(random, 3); left > 0 && bytes.length > 0; left--) {
    const name = oneOf(random, NAMES);
    bytes = MUTATIONS[name]?.(bytes, random, oneOf(random, inputs)) ?? bytes;
    names.push(name);
  }
  return { bytes, how: names.join(' ') };
}
