import type { WeaviateClient } from 'weaviate-client';
import type { MediaKind } from '../media/kind.js';
import { kindsOf, MEDIA_KINDS, PHOTOS_ALONE } from '../media/kinds.js';

/** Weaviate's modules that embed photos. The second takes sounds and other media, too, each in a field of its own. */
export const MEDIA_MODULES = ['multi2vec-clip', 'multi2vec-bind'] as const;
export type MediaModule = (typeof MEDIA_MODULES)[number];

/** What `/meta` of a module tells of itself; only this service has the part `handspring`. */
export interface ModuleMeta {
  readonly handspring?: {
    readonly model?: string | null;
    readonly title?: string | null;
    readonly note?: string | null;
    readonly dimensions?: number | null;
    readonly modalities?: readonly string[];
  };
}

/** What Weaviate passes on of the `/meta` of each of its modules. */
export type ModuleMetas = Readonly<Partial<Record<string, ModuleMeta>>>;

export async function readModuleMetas(client: Pick<WeaviateClient, 'getMeta'>): Promise<ModuleMetas> {
  return ((await client.getMeta()).modules ?? {}) as ModuleMetas;
}

/** The kinds of files that a module embeds. multi2vec-bind's own container has a tower for each. */
export function kindsOfModule(module: MediaModule, metas: ModuleMetas): readonly MediaKind[] {
  if (module === 'multi2vec-clip') return PHOTOS_ALONE;
  const modalities = metas[module]?.handspring?.modalities;
  return modalities === undefined ? MEDIA_KINDS : kindsOf(modalities);
}

/** The module for a new collection: where Weaviate has multi2vec-bind, that one, since it takes all that the other does and more. */
export function chooseModule(metas: ModuleMetas): MediaModule {
  return 'multi2vec-bind' in metas ? 'multi2vec-bind' : 'multi2vec-clip';
}
