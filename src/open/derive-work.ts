import type { Modality } from '../core/modality.js';
import type { Row } from '../core/encoder.js';
import type { Int8Scheme } from '../onnx/int8/quantize-model.js';
import type { OptimizeResult } from '../onnx/jobs/optimize-file.js';
import type { QuantizeResult } from '../onnx/jobs/quantize-file.js';
import type { EncoderSpec } from '../onnx/session/encoder-spec.js';

/** What happens to a tower's file while another is made from it, which takes minutes for a large model. */
export type DeriveEvent =
  /** Another process is at it. */
  | { readonly kind: 'waiting'; readonly modality: Modality; readonly folder: string }
  | { readonly kind: 'optimizing'; readonly modality: Modality }
  | { readonly kind: 'optimized'; readonly modality: Modality; readonly result: OptimizeResult }
  | { readonly kind: 'quantizing'; readonly modality: Modality; readonly scheme: Int8Scheme }
  | {
      readonly kind: 'quantized';
      readonly modality: Modality;
      readonly scheme: Int8Scheme;
      readonly result: QuantizeResult;
    };

/** One tower's file, and what it takes to make others from it. */
export interface DeriveWork {
  readonly modality: Modality;
  /** Its ONNX file. */
  readonly file: string;
  /** How it is loaded and called. Asked for only where a file is made: it takes the tower's plan, and a tokenizer takes long to load. */
  readonly spec: () => Promise<EncoderSpec>;
  /** Where they are kept. */
  readonly folder: string;
  /** Rows that they are tried on; made when they are first asked for. */
  readonly samples: () => Promise<Row[]>;
  readonly onEvent: (event: DeriveEvent) => void;
  readonly stop: AbortSignal | undefined;
}
