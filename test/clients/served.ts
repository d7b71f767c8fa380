import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { makeCertificate } from '../serve/tls/certificates.js';
import { makeFolder } from '../support/folder.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const at = (relative: string) => fileURLToPath(new URL(relative, ROOT));

/** A server with all towers of the starter, and what the clients' own tests need to know of it. */
export class Served {
  readonly #service: ServiceProcess;
  readonly #grpc: string;
  readonly #folder: Awaited<ReturnType<typeof makeFolder>>;
  /** For servers of the tests' own. */
  readonly #certificate: ReturnType<typeof makeCertificate>;

  private constructor(service: ServiceProcess, folder: Awaited<ReturnType<typeof makeFolder>>) {
    this.#service = service;
    this.#folder = folder;
    const ready = service.log.find(({ grpcPort }) => grpcPort !== undefined);
    this.#grpc = `127.0.0.1:${Number(ready?.['grpcPort'])}`;
    this.#certificate = makeCertificate(folder.folder, 'stand-in');
  }

  static async start(): Promise<Served> {
    const args = ['--model', 'starter', '--modalities', 'text,image,audio', '--grpc-port', '0'];
    return new Served(await startServiceProcess(args), await makeFolder({}));
  }

  async stop(): Promise<void> {
    await this.#service.stop();
    await this.#folder.remove();
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      HANDSPRING_URL: this.#service.url,
      HANDSPRING_GRPC: this.#grpc,
      HANDSPRING_CERT: this.#certificate.cert,
      HANDSPRING_KEY: this.#certificate.key,
      HANDSPRING_PHOTO: at('samples/chelsea-the-cat.jpg'),
      HANDSPRING_SOUND: at('test/fixtures/sounds/chord.flac'),
    };
  }

  /** A program as a page shows it, with this server's addresses in place of the page's. */
  here(text: string): string {
    return text
      .replaceAll('localhost:8080', new URL(this.#service.url).host)
      .replaceAll('localhost:50052', this.#grpc);
  }

  /**
   * What a command prints on standard output, run in a folder of the checkout.
   * @throws Error with all that it printed, if it fails.
   */
  run(
    folder: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { cwd: at(folder), env: { ...this.environment, ...env }, maxBuffer: 2 ** 26 };
      execFile(command, args, options, (error, stdout, stderr) => {
        if (error) reject(new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error }));
        else resolve(stdout);
      });
    });
  }
}
