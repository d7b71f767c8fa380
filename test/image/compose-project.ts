import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { freePorts } from '../../weaviate/ports.js';
import type { Engine } from './engine.js';

/**
 * The compose file of a checkout as it is, but for the ports of loopback, which may be taken on this machine. They are written into the
 * file, as another file could only add to them.
 */
export class ComposeProject {
  private constructor(
    readonly engine: Engine,
    readonly name: string,
    readonly files: readonly string[],
    /** By the port that the compose file has. */
    readonly ports: ReadonlyMap<number, number>,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  static async prepare(
    engine: Engine,
    checkout: string,
    name: string,
    { env = {}, more }: { readonly env?: NodeJS.ProcessEnv; readonly more?: object } = {},
  ): Promise<ComposeProject> {
    let text = await readFile(path.join(checkout, 'docker-compose.yml'), 'utf8');
    const taken = Array.from(text.matchAll(/'127\.0\.0\.1:(\d+):\d+'/g), ([, port]) => Number(port));
    const free = await freePorts(taken.length);
    const ports = new Map(taken.map((port, at) => [port, free[at] ?? NaN]));
    for (const [port, other] of ports) text = text.replace(`'127.0.0.1:${port}:`, `'127.0.0.1:${other}:`);
    const files = [path.join(checkout, `${name}.yml`)];
    await writeFile(files[0] as string, text);
    if (more) {
      files.push(path.join(checkout, `${name}-more.yml`));
      await writeFile(files[1] as string, stringify(more, { version: '1.1' })); // what docker-compose reads
    }
    return new ComposeProject(engine, name, files, ports, env);
  }

  /** @throws Error with what it printed, if it does not end well. */
  run(...args: readonly string[]): Promise<string> {
    const files = this.files.flatMap((file) => ['--file', file]);
    return this.engine.run('docker-compose', ['--project-name', this.name, ...files, ...args], this.env);
  }

  address(port: number): string {
    return `http://127.0.0.1:${this.ports.get(port)}`;
  }

  async idOf(service: string): Promise<string> {
    return (await this.run('ps', '--quiet', service)).trim();
  }
}
