import { availableParallelism, cpus } from 'node:os';
import { fingerprintOf } from '../file/fingerprint.js';
import type { Fingerprint } from '../file/fingerprint.js';
import { ONNXRUNTIME_VERSION } from '../session/onnxruntime-version.js';
import type { BatchAgreement } from '../trial/batch-agreement.js';
import type { Comparison } from '../trial/compare-models.js';
import type { Quantised, QuantizeSettings } from './quantize-model.js';

/** What a quantised model is, where it comes from and how far it is to be trusted. */
export interface QuantizationCard {
  readonly format: 'row-int8' | 'block-int8';
  readonly source: Fingerprint;
  readonly model: Fingerprint;
  readonly settings: QuantizeSettings & Quantised;
  /** Against the source, on the sample inputs. */
  readonly fidelity: Omit<Comparison, 'speedRatio'>;
  /** Of an item in a batch with the same item alone; undefined where the sample inputs have no batches. */
  readonly batching: BatchAgreement | undefined;
  /** On this machine; other processors differ, those without 8-bit dot products most. */
  readonly speed: { readonly ratio: number; readonly processor: string; readonly processors: number };
  readonly runtime: string;
  readonly made: string;
}

interface CardFacts {
  readonly reference: string;
  readonly model: string;
  readonly format: QuantizationCard['format'];
  readonly settings: QuantizationCard['settings'];
  readonly comparison: Comparison;
  readonly batching: BatchAgreement | undefined;
}

/** The card of a model that was just made; reads both files for their hashes. */
export async function makeCard(facts: CardFacts): Promise<QuantizationCard> {
  const { reference, model, format, settings, batching } = facts;
  const { speedRatio, ...fidelity } = facts.comparison;
  return {
    format,
    source: await fingerprintOf(reference),
    model: await fingerprintOf(model),
    settings,
    fidelity,
    batching,
    speed: {
      ratio: speedRatio,
      processor: cpus()[0]?.model ?? process.arch,
      processors: availableParallelism(),
    },
    runtime: `onnxruntime-node ${ONNXRUNTIME_VERSION}`,
    made: new Date().toISOString(),
  };
}

/** `vision_model_int8.onnx` has its card in `vision_model_int8.card.json`. */
export function cardPathOf(modelPath: string): string {
  return `${modelPath.replace(/\.onnx$/, '')}.card.json`;
}
