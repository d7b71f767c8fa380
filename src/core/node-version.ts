import { NODE_RANGE } from './version.js';

/**
 * What to tell somebody whose Node is older than the least that works; nothing where it is not. What this imports has to
 * be readable for the oldest Node that anybody may try.
 * @param version Such as `20.9.0`.
 * @param range Such as `>=20.10`.
 */
export function tooOld(version: string, range: string = NODE_RANGE): string | undefined {
  const least = range.replace(/^>=/, '');
  const [major = 0, minor = 0] = numbersOf(version);
  const [leastMajor = 0, leastMinor = 0] = numbersOf(least);
  const isOlder = major < leastMajor || (major === leastMajor && minor < leastMinor);
  return isOlder ? `handspring needs Node ${least} or newer, this is ${version}` : undefined;
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number);
}
