import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freeBytes, requireSpace } from '../../models/hub/disk-space.js';
import { MODEL_SETTINGS, OWN_SETTINGS } from '../../models/layouts.js';
import { writeModel } from '../../onnx/write/write-model.js';
import { openCheckpoint } from '../checkpoint/checkpoint.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CheckpointError } from '../checkpoint/not-a-checkpoint.js';
import { LICENCE, NOTE, TOKENIZER_SETTINGS, towerSettings } from './settings.js';
import type { ClipPolicy } from './settings.js';
import { clipTokenizer } from './tokenizer.js';
import { towerGraph } from './tower-graph.js';
import { HUGE_HEADS, modalitiesOf, TOWERS } from './towers.js';
import type { Heads, TowerFacts } from './towers.js';

export interface ConvertOptions {
  /** The folder to make, which may be there if it is empty. */
  readonly out: string;
  readonly clips: ClipPolicy;
  /** Of a checkpoint that is not `imagebind_huge`. */
  readonly heads?: Heads;
  /** Hears of each tower as it is begun, with the bytes of its weights, and of those that are written. */
  readonly onTower?: (name: string, bytes: number) => void;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
  /** Towers with more bytes of weights have them beside their graphs: see `writeModel`. */
  readonly mostInside?: number;
}

/** Beside the towers: the tokenizer above all. */
const OTHER_BYTES = 8 * 2 ** 20;

/**
 * A model folder from ImageBind's checkpoint: an ONNX file for each tower, settings, tokenizer. The folder gets its name when all
 * of it is on the disk; before that, and if anything goes wrong, there is nothing of that name. One tensor is in memory at a time.
 * @param file As `torch.save` wrote it: `imagebind_huge.pth`.
 * @throws CheckpointError that says what of the file is not as expected; ModelSourceError if the disk has no room; an Error if
 * there is such a folder already; the signal's reason.
 */
export async function convertImageBind(file: string, options: ConvertOptions): Promise<void> {
  const out = path.resolve(options.out);
  await requireNothingThere(out);
  const checkpoint = await openCheckpoint(file);
  const part = `${out}.${randomUUID()}.part`;
  try {
    const towers = await planTowers(checkpoint, options).catch((error: unknown) => {
      if (!(error instanceof CheckpointError)) throw error;
      throw new CheckpointError(`${file}: expected ImageBind's checkpoint: ${error.message}`, {
        cause: error,
      });
    });
    await mkdir(path.join(part, 'onnx'), { recursive: true });
    await requireSpace(
      part,
      towers.reduce((sum, { bytes }) => sum + bytes, OTHER_BYTES),
      freeBytes,
    );
    for (const tower of towers) {
      options.onTower?.(tower.facts.modality, tower.bytes);
      await writeModel(path.join(part, graphOf(tower.facts)), tower.built, options);
    }
    await writeSettings(part, towers[0]!.dimensions, options);
    await requireNothingThere(out);
    await rmdir(out).catch(() => undefined); // an empty one: it cannot be replaced everywhere
    await rename(part, out);
  } finally {
    await checkpoint.close();
    await rm(part, { recursive: true, force: true });
  }
}

/** Every tower's graph: what is wrong with the checkpoint is known before anything is written. */
async function planTowers(checkpoint: Checkpoint, { heads = HUGE_HEADS }: ConvertOptions) {
  const towers = await Promise.all(
    TOWERS.map(async (facts) => {
      const built = await towerGraph(facts, heads[facts.name] ?? facts.heads, checkpoint);
      const bytes = [...built.late.values()].reduce((sum, { dims }) => sum + 4 * product(dims), 0);
      const [dimensions = 0] = checkpoint.dims(`modality_heads.${facts.name}.${facts.projection}`) ?? [];
      return { facts, built, bytes, dimensions };
    }),
  );
  const lengths = new Set(towers.map(({ dimensions }) => dimensions));
  if (lengths.size > 1)
    throw new CheckpointError(
      `expected towers of one space, their vectors have ${[...lengths].join(', ')} dimensions`,
    );
  return towers;
}

function product(dims: readonly number[]): number {
  return dims.reduce((all, size) => all * size, 1);
}

/** As hubs call them, where they do. */
function graphOf({ name }: TowerFacts): string {
  return `onnx/${name}_model.onnx`;
}

async function writeSettings(folder: string, dimensions: number, { clips }: ConvertOptions): Promise<void> {
  const settings = towerSettings(clips);
  const towers = TOWERS.flatMap((facts) =>
    modalitiesOf(facts).map((modality) => {
      const file = settings[modality]?.file ?? 'tokenizer.json';
      return [modality, { file: graphOf(facts), settings: file }] as const;
    }),
  );
  const files = new Map<string, object>(
    Object.values(settings).map(({ file, content }) => [file, content] as const),
  );
  files.set('tokenizer.json', await clipTokenizer());
  files.set('tokenizer_config.json', TOKENIZER_SETTINGS);
  files.set(MODEL_SETTINGS, { model_type: 'imagebind', projection_dim: dimensions, clips });
  files.set(OWN_SETTINGS, {
    ...{ name: 'imagebind', title: 'ImageBind', dimensions, normalize: false, licence: LICENCE, note: NOTE },
    towers: Object.fromEntries(towers),
  });
  for (const [file, content] of files) {
    const place = path.join(folder, file);
    await mkdir(path.dirname(place), { recursive: true });
    const indent = file === 'tokenizer.json' ? 0 : 2;
    await writeFile(place, `${JSON.stringify(content, null, indent)}\n`, { flag: 'wx' });
  }
}

/** @throws Error if there is something of that name that is not an empty folder. */
async function requireNothingThere(out: string): Promise<void> {
  const inside = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return ['a file'];
    throw error;
  });
  if (inside.length > 0)
    throw new Error(
      `${out}: expected no such folder yet, or an empty one, there is one with something in it`,
    );
}
