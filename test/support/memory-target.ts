import type { Photo, StoredPhoto, Target } from '../../src/photos/import/target.js';
import type { Ask } from '../../src/photos/weaviate/collection-walk.js';
import type { Failure } from '../../src/photos/weaviate/failure.js';

/** A place for photos in memory that can be told to fail. */
export class MemoryTarget implements Target {
  readonly objects = new Map<string, StoredPhoto>();
  /** The paths of each batch that was taken, in order. */
  readonly batches: string[][] = [];
  readonly lookUps: ('thorough' | 'quick')[] = [];
  /** Calls under way, and the most there have been. */
  inserting = 0;
  mostInserting = 0;
  /** What becomes of a photo instead of being stored; called once for each photo of each batch. */
  failureOf: (photo: Photo) => Failure | undefined = () => undefined;
  /** Called before a batch is looked at; may throw or wait. */
  beforeInsert: (photos: readonly Photo[]) => Promise<void> | void = () => undefined;
  /** Whether an object that is stored gets its place in the vector index. */
  becomesWhole: (photo: Photo) => boolean = () => true;

  lookUp(paths: readonly string[], thorough: boolean): Promise<StoredPhoto[]> {
    this.lookUps.push(thorough ? 'thorough' : 'quick');
    return Promise.resolve([...this.objects.values()].filter((object) => paths.includes(object.path)));
  }

  async insert(photos: readonly Photo[]): Promise<(Failure | undefined)[]> {
    this.mostInserting = Math.max(this.mostInserting, ++this.inserting);
    try {
      await this.beforeInsert(photos);
      this.batches.push(photos.map(({ file }) => file.path));
      return photos.map((photo) => this.failureOf(photo) ?? this.#store(photo));
    } finally {
      this.inserting--;
    }
  }

  remove(id: string): Promise<void> {
    this.objects.delete(id);
    return Promise.resolve();
  }

  async *pages(ask: Ask): AsyncGenerator<StoredPhoto[]> {
    for (let after = ''; ;) {
      const from = after;
      const page = await ask(() => Promise.resolve(this.#after(from)));
      if (page.length > 0) yield page;
      else return;
      after = page.at(-1)?.id ?? '';
    }
  }

  #after(id: string): StoredPhoto[] {
    const ids = [...this.objects.keys()].filter((other) => other > id).sort();
    return ids.slice(0, 2).flatMap((one) => this.objects.get(one) ?? []);
  }

  get paths(): string[] {
    return [...this.objects.values()].map(({ path }) => path).sort();
  }

  /** As Weaviate does: an object that is there already, unchanged, is passed over. */
  #store(photo: Photo): undefined {
    if (this.objects.has(photo.id)) return undefined;
    const { path, bytes, modifiedMs } = photo.file;
    const whole = this.becomesWhole(photo);
    this.objects.set(photo.id, { id: photo.id, path, bytes, modifiedMs, caption: photo.caption, whole });
    return undefined;
  }
}
