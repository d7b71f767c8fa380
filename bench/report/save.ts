import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A run's findings, as they are kept. */
export interface Report {
  readonly json: string;
  readonly tables: string;
  readonly plots: readonly (readonly [name: string, svg: string])[];
}

/** Writes a report to the files `NAME.*` of a folder, and its tables to the output. */
export async function saveReport(
  folder: string,
  name: string,
  { json, tables, plots }: Report,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = (extension: string) => path.join(folder, `${name}.${extension}`);
  await writeFile(file('json'), json);
  await writeFile(file('md'), tables);
  for (const [plot, svg] of plots) await writeFile(file(`${plot}.svg`), svg);
  process.stdout.write(tables);
}
