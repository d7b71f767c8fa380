import { loadCatalogue } from '../../models/catalogue.js';
import type { ModelFacts } from '../../photos/index/answers.js';
import type { MediaModule, ModuleMetas } from '../../photos/weaviate/media-module.js';
import type { StartedModel } from './start-server.js';

/** What the search page says of the model that this process has loaded. */
export function toModelFacts({ model, engine }: StartedModel): ModelFacts {
  const { name, title, note } = model;
  return {
    ...{ name, title, dimensions: engine.dimensions },
    ...(note === undefined ? {} : { note }),
    ...toLanguages(name),
  };
}

/**
 * What the search page says of the model behind a Weaviate.
 * @param metas The modules' `/meta`, as Weaviate passes them on.
 */
export function toModuleFacts(module: MediaModule, metas: ModuleMetas): ModelFacts {
  const { model, title, note, dimensions } = metas[module]?.handspring ?? {};
  if (typeof model !== 'string') return { name: module, title: `Weaviate's ${module} module` };
  return {
    ...{ name: model, title: title ?? model },
    ...(typeof note === 'string' && { note }),
    ...(typeof dimensions === 'number' && { dimensions }),
    ...toLanguages(model),
  };
}

function toLanguages(name: string): Pick<ModelFacts, 'languages'> {
  const entry = loadCatalogue().find((one) => one.name === name);
  return entry === undefined ? {} : { languages: entry.languages };
}
