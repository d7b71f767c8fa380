import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Served } from './served.js';

const CLIENT = 'clients/jvm';

/** Builds the client and gathers what it runs with. @param goals `-DskipTests` leaves its tests out. */
export async function buildJvmClient(served: Served, ...goals: string[]): Promise<void> {
  const copy = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=target/lib'];
  await served.run(CLIENT, 'mvn', ['-q', '-B', '-ntp', ...goals, 'package', ...copy]);
}

/** What a program of one file prints that uses the client as it was built, run in the project's folder. */
export async function runJava(served: Served, program: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-java-'));
  try {
    const file = path.join(folder, 'Program.java');
    await writeFile(file, served.here(program));
    return await served.run('.', 'java', [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      `${CLIENT}/target/*:${CLIENT}/target/lib/*`,
      file,
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
