import type { Batcher } from '../core/batcher.js';
import type { EncoderInput, Row } from '../core/encoder.js';
import type { Modality } from '../core/modality.js';
import type { Observer } from '../core/observer.js';
import type { Tower } from '../core/tower.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';

/**
 * One modality of those that models may have: how its towers are read from a folder, and started.
 * @typeParam Settings What the user sets of such towers.
 */
export interface TowerKind<Settings> {
  readonly modality: Modality;
  /** What a benchmark tries it with: what its items are called, sizes of batches, and the option that limits them. */
  readonly trial: { readonly items: string; readonly batches: readonly number[]; readonly option: string };
  /**
   * What a model's tower of this kind wants, by its own files in the folder.
   * @throws ModelFolderError that names the file and the setting that cannot be followed.
   */
  plan(model: ModelFolder, tower: TowerFile): Promise<TowerPlan<Settings>>;
}

/** A tower that waits for its encoder. No tower knows what runs its file. */
export interface TowerPlan<Settings> {
  readonly input: EncoderInput;
  /**
   * Names that the output with the vectors may have, best first; not `pooler_output`, which holds them only where the model
   * has no projection.
   */
  readonly outputs: readonly string[];
  /** A row of the usual kind, to warm up with. */
  readonly sample: Row;
  /**
   * Rows of everyday items, as requests would become: what a rewritten file is tried on. Eight at least: one half of their
   * batches teaches int8, the other judges it.
   */
  samples(): Promise<Row[]>;
  /** Most rows in a batch. */
  maxBatch(settings: Settings): number;
  /** Whether the rows' vectors are to come as the model gives them: the tower joins them first, and scales the item's. */
  readonly keepsLengths?: true;
  /** Rows with another key do not go into one batch. Absent: all do. */
  readonly groupOf?: (row: Row) => number;
  /**
   * The tower around the queue of its encoder, which may be other towers' too and stays the caller's to close.
   * @throws Error if a thread that it needs cannot be started.
   */
  start(batcher: Batcher<Row>, settings: Settings, observer: Observer): Promise<Tower>;
}
