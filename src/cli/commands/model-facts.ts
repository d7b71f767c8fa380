import { loadCatalogue } from '../../models/catalogue.js';
import type { ModelFacts } from '../../photos/index/answers.js';
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

/** What `/meta` of a module tells of itself; only this service has the part `handspring`. */
export interface ModuleMeta {
  readonly handspring?: {
    readonly model?: string | null;
    readonly title?: string | null;
    readonly note?: string | null;
    readonly dimensions?: number | null;
  };
}

/**
 * What the search page says of the model behind a Weaviate.
 * @param meta The module's `/meta`, as Weaviate passes it on.
 */
export function toModuleFacts(meta: ModuleMeta | undefined): ModelFacts {
  const { model, title, note, dimensions } = meta?.handspring ?? {};
  if (typeof model !== 'string') return { name: 'multi2vec-clip', title: "Weaviate's multi2vec-clip module" };
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
