import {
  exportPrecision,
  type CatalogueEntry,
  type ExportPrecision,
  type Precision,
} from '../catalogue.js';
import type { Modality } from '../../core/modality.js';
import { ModelSourceError } from '../source-error.js';

/** What of a model is asked for. */
export interface Selection {
  readonly modalities: readonly Modality[];
  readonly precision: Precision;
}

/** One file a model folder must hold, and where it comes from. */
export interface WantedFile {
  /** Path in the model folder, with `/`. */
  readonly path: string;
  /** Path in the repository. */
  readonly hubPath: string;
  /** Another repository than the model's own. */
  readonly from?: { readonly repository: string; readonly revision: string };
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/**
 * The files of a catalogue entry that serve the selection: only the towers in `modalities`, in one precision.
 *
 * @throws ModelSourceError `unsupported` if the entry has no files of that precision
 */
export function wantedFromCatalogue(entry: CatalogueEntry, selection: Selection): WantedFile[] {
  const precision = exportPrecision(selection.precision);
  const serves = ({ towers }: { towers: readonly Modality[] }) =>
    towers.some((t) => selection.modalities.includes(t));
  const files = entry.files.filter((f) => serves(f) && (f.precision ?? precision) === precision);
  requireTowers(
    entry.name,
    selection,
    precision,
    files.flatMap((f) => (f.precision === undefined ? [] : f.towers)),
  );
  return files.map((f) => ({
    path: f.to ?? f.path,
    hubPath: f.path,
    ...(f.from === undefined ? {} : { from: f.from }),
    sha256: f.sha256,
    bytes: f.bytes,
  }));
}

interface Layout {
  readonly common: readonly string[];
  readonly towers: Readonly<Record<Modality, (suffix: string) => readonly string[]>>;
  readonly optional: readonly string[];
  readonly precisions: readonly ExportPrecision[];
}

const LAYOUTS: readonly Layout[] = [
  {
    common: ['config.json'],
    towers: {
      image: (suffix) => [`onnx/vision_model${suffix}.onnx`, 'preprocessor_config.json'],
      text: (suffix) => [`onnx/text_model${suffix}.onnx`, 'tokenizer.json'],
    },
    optional: ['tokenizer_config.json', 'special_tokens_map.json'],
    precisions: ['fp32', 'fp16'],
  },
  {
    common: ['config.json'],
    towers: {
      image: () => ['visual/model.onnx', 'visual/preprocess_cfg.json'],
      text: () => ['textual/model.onnx', 'textual/tokenizer.json'],
    },
    optional: ['textual/tokenizer_config.json', 'textual/special_tokens_map.json'],
    precisions: ['fp32'],
  },
];

/**
 * The files of any repository that serve the selection, by the two layouts models are published in.
 * `paths` is everything the repository (or its lock file) lists.
 *
 * @throws ModelSourceError `unsupported` if the files fit neither layout
 */
export function wantedFromListing(
  repository: string,
  paths: readonly string[],
  selection: Selection,
): WantedFile[] {
  const precision = exportPrecision(selection.precision);
  const has = (path: string) => paths.includes(path);
  for (const layout of LAYOUTS) {
    if (!layout.precisions.includes(precision)) continue;
    const suffix = precision === 'fp16' ? '_fp16' : '';
    const own = selection.modalities.map((modality) => layout.towers[modality]?.(suffix));
    if (!own.every((files) => files !== undefined)) continue;
    const required = [...layout.common, ...own.flat()];
    if (!required.every(has)) continue;
    const optional = selection.modalities.includes('text') ? layout.optional.filter(has) : [];
    // Weights over 2 GB lie beside their graph under this name.
    const external = required.map((path) => `${path}_data`).filter(has);
    const chosen = [...required, ...external, ...optional];
    return chosen.map((path) => ({ path, hubPath: path, sha256: null, bytes: null }));
  }
  throw new ModelSourceError(
    'unsupported',
    `${repository}: expected ${precision} ONNX files for ${selection.modalities.join(' and ')} as onnx/vision_model.onnx ` +
      'and onnx/text_model.onnx, or visual/model.onnx and textual/model.onnx, with their settings and tokenizer; found neither',
  );
}

function requireTowers(
  name: string,
  selection: Selection,
  precision: ExportPrecision,
  found: readonly Modality[],
): void {
  const missing = selection.modalities.filter((tower) => !found.includes(tower));
  if (missing.length === 0) return;
  throw new ModelSourceError(
    'unsupported',
    `${name}: no ${precision} file for ${missing.join(' and ')} is published; choose another PRECISION or model`,
  );
}
