import { rename } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { toJson } from '../../../serve/contracts/json-answer.js';
import type { Done } from '../done.js';
import { AppendFile } from './append-file.js';
import type { Output } from './output.js';
import { writtenLines } from './written.js';

/** A line of JSON for each: `{"file": "cat.jpg", "vector": […]}`. */
export function jsonLinesTo(stream: Writable): Output {
  stream.on('error', () => undefined); // each write is told of its own
  const write = async (line: object) => {
    const bytes = await lineOf(line);
    await new Promise<void>((resolve, reject) =>
      stream.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
  };
  return {
    vector: (named, vector) => write({ ...named, vector }),
    failure: (named, failure) => write({ ...named, ...failure }),
    finish: () => Promise.resolve(),
    leave: () => Promise.resolve(),
  };
}

/**
 * The same in a file, which has its name once it is whole.
 * @param done If a run is to be gone on with: is told of all lines that are there.
 */
export async function jsonLinesFile(file: string, done?: Done): Promise<Output> {
  const part = `${file}.part`;
  const lines = await AppendFile.open(part, done && (await keep(part, done)));
  return {
    vector: async (named, vector) => lines.append(await lineOf({ ...named, vector })),
    finish: async () => {
      await lines.finish();
      await rename(part, file);
    },
    leave: () => lines.leave(),
  };
}

/** All of it, with the line break. */
export async function lineOf(line: object): Promise<Buffer> {
  const json = await toJson(line);
  return Buffer.concat([...(typeof json === 'string' ? [Buffer.from(json)] : json), Buffer.from('\n')]);
}

/** Bytes of the lines that are whole, of which `done` is told. */
async function keep(part: string, done: Done): Promise<number> {
  let bytes = 0;
  for await (const { named, end } of writtenLines(part)) {
    done.add(named);
    bytes = end;
  }
  return bytes;
}
