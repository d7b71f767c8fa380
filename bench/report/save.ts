import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Place } from './place.js';

/** A run's findings, as they are kept. */
export interface Report {
  readonly json?: string;
  readonly tables: string;
  readonly plots: readonly (readonly [name: string, svg: string])[];
}

/** Writes a report to the files of its place, and its tables to the output. */
export async function saveReport({ folder, name }: Place, { json, tables, plots }: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = (extension: string) => path.join(folder, `${name}.${extension}`);
  if (json !== undefined) await writeFile(file('json'), json);
  await writeFile(file('md'), tables);
  for (const [plot, svg] of plots) await writeFile(file(plot === '' ? 'svg' : `${plot}.svg`), svg);
  process.stdout.write(tables);
}
