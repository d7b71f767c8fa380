import { ROOT } from '../../src/core/own-module.js';

/** Somebody else's program behind the same contract: how it is installed, and how it is started. */
export interface Peer {
  readonly name: string;
  /** What its first installation costs, for the person who waits. */
  readonly size: string;
  /** Its program, which is laid beside its packages. */
  readonly server: URL;
  /** The file that pins the versions of its packages. */
  readonly pins: URL;
  /** The packages whose versions decide what is measured. */
  readonly packages: readonly string[];
  /** Variables of its environment beside the path. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts its packages into an empty folder. */
  install(folder: string): Promise<void>;
  /** The command that serves a model folder on a port, from the folder it was installed in. */
  command(folder: string, model: string, port: number): readonly string[];
}

/** A file of the sources that is not compiled. */
export function peerFile(name: string): URL {
  return new URL(`bench/peers/${name}`, ROOT);
}
