/** The longest number in JavaScript's notation and a comma: `-0.0000012345678` and `-340282350000000000000,` are shorter. */
export const LONGEST_NUMBER = 25;

/**
 * Writes a finite float32 as the shortest decimal that becomes the same float32 again, and gives the place behind it. Read as
 * a double it would have up to 17 digits (0.10000000149011612) where 6 to 9 are enough, and half the body. Written byte by
 * byte, since with `JSON.stringify` these numbers are the largest part of what a short text costs the main thread.
 */
export function writeShortest(json: Buffer, at: number, x: number): number {
  const magnitude = Math.abs(x);
  // Where JavaScript prints neither exponents nor more digits than there are: numbers of embeddings.
  if (magnitude >= 1e-6 && magnitude < 1e6) {
    const first = firstPlace(magnitude);
    for (let places = first + 5; places < first + 9; places++) {
      const scale = POWERS_OF_TEN[places]!;
      const digits = Math.round(magnitude * scale) | 0;
      // A power of ten is exact in a double, and the quotient is the double nearest to that short decimal.
      if (Math.fround(digits / scale) !== magnitude) continue;
      if (x < 0) json[at++] = MINUS;
      return writeDecimal(json, at, digits, places, Math.max(1, 1 - first));
    }
  }
  return at + json.write(String(shortestDecimal(x)), at, 'latin1');
}

/** Which place behind the point the first digit that is not 0 has: 1 for tenths, 0 for ones, -1 for tens. */
function firstPlace(magnitude: number): number {
  let place = magnitude < 1 ? 1 : 0;
  if (place === 1) {
    while (magnitude * POWERS_OF_TEN[place]! < 1) place++;
  } else {
    while (magnitude >= POWERS_OF_TEN[1 - place]!) place--;
  }
  return place;
}

/** Writes `digits` with a point before the last `places` of them, without zeros at the end. */
function writeDecimal(json: Buffer, at: number, digits: number, places: number, wholes: number): number {
  while (places > 0 && digits % 10 === 0) {
    digits = (digits / 10) | 0;
    places--;
  }
  const point = at + wholes;
  const end = places === 0 ? point : point + 1 + places;
  writeDigits(json, end, places, digits);
  if (places > 0) json[point] = POINT;
  writeDigits(json, point, wholes, places === 0 ? digits : (digits / POWERS_OF_TEN[places]!) | 0);
  return end;
}

/** Writes the last `count` digits of a whole number, before `end`. */
function writeDigits(json: Buffer, end: number, count: number, whole: number): void {
  for (let to = end - 1; to >= end - count; to--) {
    const tens = (whole / 10) | 0;
    json[to] = ZERO + whole - tens * 10;
    whole = tens;
  }
}

function shortestDecimal(x: number): number {
  if (x === 0) return 0;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return Number(x.toPrecision(9));
}

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, power) => Number(`1e${power}`));

const byte = (character: string) => character.charCodeAt(0);
const [MINUS, POINT, ZERO] = [byte('-'), byte('.'), byte('0')];
