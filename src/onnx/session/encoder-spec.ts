import type { EncoderInput, Row } from '../../core/encoder.js';

/** All that a thread needs to load one model file and to call it. Plain data: it is posted to the thread. */
export interface EncoderSpec {
  /** What the encoder is called in messages and as a thread, such as `image`. */
  readonly name: string;
  readonly file: string;
  /** The file never changes, so weights may be read from it at any time; otherwise only while it is loaded. */
  readonly isDerived?: boolean | undefined;
  /** Threads inside the session. */
  readonly threads: number;
  /** How long a thread of the session that waits for the others keeps its core; 0 or absent gives it up at once. */
  readonly spinMicroseconds?: number;
  /** Scale each vector to length 1. */
  readonly normalize: boolean;
  /**
   * Names of the output that holds the vectors, best first. `pooler_output` is among them only where the model has no
   * projection, as SigLIP's towers.
   */
  readonly outputs: readonly string[];
  readonly input: EncoderInput;
  /**
   * Round the lengths of token rows up to even ones: beside one more pad ONNX Runtime's attention can sum an odd number
   * of tokens in another order, and int8 would round what differs in the last bit.
   */
  readonly evenLengths?: boolean;
  /** A row to warm up with: of the usual kind, special tokens included. */
  readonly sample: Row;
}
