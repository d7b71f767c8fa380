import { createReadStream } from 'node:fs';
import { boundedLines } from '../bounded-lines.js';
import type { Line } from '../bounded-lines.js';
import type { Named } from '../request.js';

/** A line of what is written already, and where the next one begins. */
export interface WrittenLine {
  readonly named: Named;
  /** All of it, without the line break. */
  readonly text: string;
  readonly end: number;
}

/** Longest line that is written: a vector has some 12 bytes a number, and what is before it a text or a path. */
const LONGEST_LINE = 2 ** 28;

/**
 * The lines of JSON of a file up to the first that is not whole, as the last one of a run that was killed may be: what comes
 * behind it is to be cut off. Without the vectors, which need not be parsed.
 */
export async function* writtenLines(file: string): AsyncGenerator<WrittenLine> {
  try {
    for await (const line of boundedLines(createReadStream(file), LONGEST_LINE)) {
      const named = parseNamed(line);
      if (named === undefined) return;
      yield { named, text: line.text, end: line.end };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // killed before there was one
  }
}

function parseNamed({ text, isWhole, isTooLong }: Line): Named | undefined {
  if (!isWhole || isTooLong) return undefined;
  const vector = text.lastIndexOf(',"vector":[');
  if (vector >= 0 && !text.endsWith(']}')) return undefined;
  try {
    return JSON.parse(vector < 0 ? text : `${text.slice(0, vector)}}`) as Named;
  } catch {
    return undefined;
  }
}
