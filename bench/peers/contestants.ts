import { AS_DEPLOYED } from '../../test/support/as-deployed.js';
import { startContractServer } from '../measure/contract-server.js';
import { serveCommand } from '../measure/server.js';
import type { Server } from '../measure/server.js';
import { withoutFolders } from '../report/without-folders.js';
import { ensureInstalled, peersCache } from './install.js';
import type { Peer } from './peer.js';
import { readPins } from './pins.js';
import { TORCH } from './torch.js';
import { TRANSFORMERS_JS } from './transformers-js.js';

/** A server that is measured in turns with the others. */
export interface Contestant {
  readonly name: string;
  /** The versions of what decides its speed, of a peer. */
  readonly versions?: string;
  readonly start: () => Promise<Server>;
}

/** Who is measured, and who was asked for and cannot be. */
export interface Field {
  readonly contestants: readonly Contestant[];
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

const PEERS: readonly Peer[] = [TRANSFORMERS_JS, TORCH];
const PRECISIONS = ['fp32', 'int8'] as const;

/** What can be asked for; `raw` is ONNX Runtime with nothing around it. */
export const CHOICES: readonly string[] = [...PRECISIONS, ...PEERS.map(({ name }) => name), 'raw'];

/** The one whose vectors and rates the others' are held against. */
export const REFERENCE = nameOf('fp32');

/** This service with a model in a precision, its defaults otherwise, as it is deployed. */
export function ourselves(precision: (typeof PRECISIONS)[number], model: string): Contestant {
  const name = nameOf(precision);
  const command = (port: number) => serveCommand({ model, precision, args: [] }, port);
  return { name, start: () => startContractServer({ name, command, env: AS_DEPLOYED }) };
}

/** Those of the choices that serve, the peers among them installed if need be. */
export async function gatherContestants(
  choices: readonly string[],
  model: string,
  say: (line: string) => void,
): Promise<Field> {
  const contestants = PRECISIONS.filter((name) => choices.includes(name)).map((name) =>
    ourselves(name, model),
  );
  const leftOut: LeftOut[] = [];
  for (const peer of PEERS.filter(({ name }) => choices.includes(name))) {
    try {
      contestants.push(await toContestant(peer, model, say));
    } catch (error) {
      leftOut.push({ name: peer.name, reason: reasonOf(error) });
    }
  }
  return { contestants, leftOut };
}

async function toContestant(peer: Peer, model: string, say: (line: string) => void): Promise<Contestant> {
  const { name, packages, env } = peer;
  const folder = await ensureInstalled(peer, peersCache(process.env), say);
  const pins = await readPins(peer.pins);
  const versions = packages.map((each) => `${each} ${pins.get(each)}`).join(', ');
  const command = (port: number) => peer.command(folder, model, port);
  return { name, versions, start: () => startContractServer({ name, command, env }) };
}

/** An error in one line, without folders of this machine: what failed, and the last words of what it quotes. */
export function reasonOf(error: unknown): string {
  const lines = withoutFolders((error as Error).message.trim()).split('\n');
  return lines.length === 1 ? (lines[0] ?? '') : `${lines[0]} ${lines.at(-1)}`;
}

function nameOf(precision: string): string {
  return `Handspring ${precision}`;
}
