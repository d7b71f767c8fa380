import type { Modality } from '../core/modality.js';
import type { Observer } from '../core/observer.js';
import type { Tower } from '../core/tower.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';
import type { TowerKind } from '../towers/kind.js';
import { TOWER_KINDS } from '../towers/registry.js';
import type { TowerSettings } from '../towers/registry.js';
import { allOrNone } from './all-or-none.js';
import { encoderKey, encoderSpec } from './encoder-spec.js';
import type { EngineSettings } from './engine-options.js';
import { permitsPerRow } from './permits-per-row.js';
import { startEncoders } from './start-encoders.js';
import type { LoadedEncoder } from './start-encoders.js';

export interface StartedTowers {
  readonly towers: readonly Tower[];
  /** Permits that a row of each takes, by what they measured. */
  readonly permitsPerRow: ReadonlyMap<Modality, number>;
  /** Length of the vectors, the same for all towers. */
  readonly dimensions: number;
  /** Tokens of the longest text that is read in one row; absent without a tower that reads tokens. */
  readonly contextLength: number | undefined;
  close(): Promise<void>;
  /** Lets each encoder end the batch it is in and no other; what waits stays unanswered. For an exit in haste. */
  halt(): Promise<void>;
}

/**
 * The towers of a model, loaded side by side. Towers of one file, fed alike, share its encoder and its queue.
 * @param kinds Those of the registry unless others are given.
 * @throws Error if one cannot be loaded, or they give vectors of different lengths.
 */
export async function startTowers(
  model: ModelFolder,
  settings: EngineSettings,
  observer: Observer,
  kinds: readonly TowerKind<TowerSettings>[] = TOWER_KINDS,
): Promise<StartedTowers> {
  const encoders = new Map<string, Promise<LoadedEncoder>>();
  const wanted = kinds.flatMap((kind) => {
    const file = model.towers[kind.modality];
    return file ? [{ kind, file }] : [];
  });
  const loaded = await allOrNone(
    wanted.map(({ kind, file }) => startTower(kind, file, model, settings, observer, encoders)),
  );
  const lengths = new Set(loaded.map(({ encoder }) => encoder.facts.dimensions));
  const [dimensions] = lengths;
  const close = async () => void (await Promise.all(loaded.map((one) => one.close())));
  if (dimensions === undefined || lengths.size > 1) {
    await close();
    throw new Error(
      `the towers of ${model.name} are not of one space: their vectors have ${[...lengths].join(' and ')} dimensions`,
    );
  }
  return {
    towers: loaded.map(({ tower }) => tower),
    permitsPerRow: permitsPerRow(
      new Map(loaded.map(({ tower, encoder }) => [tower.modality, encoder.facts.rowMs])),
    ),
    dimensions,
    contextLength: loaded
      .map(({ input }) => (input.kind === 'tokens' ? input.contextLength : undefined))
      .find(Boolean),
    close,
    halt: async () => void (await Promise.all(loaded.map(({ encoder }) => encoder.close()))),
  };
}

async function startTower(
  kind: TowerKind<TowerSettings>,
  file: TowerFile,
  model: ModelFolder,
  { encoder: encoderSettings, encoders: copies, towers: settings }: EngineSettings,
  observer: Observer,
  encoders: Map<string, Promise<LoadedEncoder>>,
) {
  const plan = await kind.plan(model, file);
  const spec = encoderSpec(kind.modality, file, plan, encoderSettings);
  const batching = { maxBatch: plan.maxBatch(settings), groupOf: plan.groupOf };
  const key = encoderKey(file.file, plan);
  const shared = encoders.get(key) ?? startEncoders(spec, copies, batching, observer);
  encoders.set(key, shared);
  const encoder = await shared;
  try {
    const tower = await plan.start(encoder.batcher, settings, observer);
    const close = async () => void (await Promise.all([encoder.close(), tower.close()]));
    return { tower, encoder, input: plan.input, close };
  } catch (error) {
    await encoder.close();
    throw error;
  }
}
