import type { Modality } from '../../core/modality.js';
import type { Config } from '../options/config.js';
import { USUAL_TOWERS } from '../../models/layouts.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import type { RunningEngine } from '../../open/start-engine.js';
import { loadCatalogue } from '../../models/catalogue.js';
import { VERSION } from '../../core/version.js';
import { ONNXRUNTIME_VERSION } from '../../onnx/session/onnxruntime-version.js';
import { CONTRACTS } from '../../serve/contracts/registry.js';
import { describeLimits } from './describe-limits.js';
import { towerForms } from './tower-forms.js';

/** What the folder itself says, else the catalogue; of a folder that says nothing it is not known. */
function licenceOf({ name, licence }: ModelFolder): string | null {
  return licence ?? loadCatalogue().find((entry) => entry.name === name)?.licence ?? null;
}

/**
 * What `/meta` answers: the model's own configuration, as the official module does, and beside it what this service is
 * doing. No secrets and no paths. Before the model is loaded, what is its own is `null` or absent.
 */
export function describeService(
  config: Config,
  started?: { readonly model: ModelFolder; readonly engine: RunningEngine },
): object {
  const { model, engine } = started ?? {};
  const modalities = model ? Object.keys(model.towers) : config.modalities;
  const served = CONTRACTS.filter(({ only }) => only === undefined || modalities.includes(only));
  return {
    ...model?.config,
    handspring: {
      version: VERSION,
      model: model?.name ?? null,
      title: model?.title ?? null,
      note: model?.note ?? null,
      licence: model ? licenceOf(model) : null,
      modalities,
      remark: model ? remarkOn(modalities) : null,
      precision: config.precision,
      towers: model ? towerForms(model, config.precision) : {},
      dimensions: engine?.dimensions ?? null,
      matryoshkaDimensions: engine?.matryoshkaDimensions ?? [],
      prompts: Object.keys(model?.prompts ?? {}),
      defaultPrompt: model?.defaultPromptName ?? null,
      normalized: engine?.normalized ?? null,
      contracts: [...new Set(served.map(({ name }) => name))],
      limits: describeLimits(config),
      queue: engine?.queue() ?? {},
      uptimeSeconds: Math.round(process.uptime()),
      versions: { node: process.versions.node, onnxruntime: ONNXRUNTIME_VERSION },
    },
  };
}

/** What Weaviate does not say of a module without one of the usual towers: it starts, and what that tower is for fails. */
function remarkOn(modalities: readonly Modality[]): string | null {
  const missing = USUAL_TOWERS.filter((modality) => !modalities.includes(modality));
  if (missing.length === 0) return null;
  const towers = missing.join(' and no ');
  return `no ${towers} tower is loaded (MODALITIES=${modalities.join()}): what needs it is refused`;
}
