import type { Modality } from '../../core/modality.js';

/** All that a thread needs to load one tower. Plain data: it is posted to the thread. */
export interface TowerSpec {
  readonly modality: Modality;
  readonly file: string;
  /** The file never changes, so weights may be read from it at any time; otherwise only while it is loaded. */
  readonly isDerived?: boolean | undefined;
  /** Threads inside the session. */
  readonly threads: number;
  /** How long a thread of the session that waits for the others keeps its core; 0 or absent gives it up at once. */
  readonly spinMicroseconds?: number;
  /** Scale each vector to length 1. */
  readonly normalize: boolean;
  /** See `SignatureHints`. */
  readonly pooledIsEmbedding: boolean;
  /** Side of the square input in pixels; for the warm-up. */
  readonly imageSize?: number;
  readonly text?: {
    /** Most tokens in a row. */
    readonly contextLength: number;
    /** What short rows are filled up with. */
    readonly padId: number;
    /** Length every row is padded to, for models that were trained so; otherwise rows are padded to their batch's longest. */
    readonly padTo: number | undefined;
    /**
     * Round lengths up to even ones: beside one more pad ONNX Runtime's attention can sum an odd number of tokens in
     * another order, and int8 would round what differs in the last bit.
     */
    readonly evenLengths?: boolean;
    /** A row to warm up with, special tokens included. */
    readonly sample: readonly number[];
  };
}
