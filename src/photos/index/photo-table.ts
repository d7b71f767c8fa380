import type { Extent, Hit, PhotoList, PropertyValues, StoredPhoto, Stretch } from './store.js';
import { newestFirst, stretchOf } from './newest-first.js';
import type { Dated } from './newest-first.js';
import { matches, propertyValues } from './property-values.js';
import type { Choice } from './property-values.js';
import { VectorMatrix } from './vector-matrix.js';

/** A photo with what the table needs beside it. */
export interface PhotoRecord extends StoredPhoto, Dated {
  readonly mediaType: string;
}

/** Photos and their vectors, row by row. One photo may be known by several file names: those with the same content. */
export class PhotoTable {
  readonly #matrix = new VectorMatrix();
  readonly #photos: PhotoRecord[] = [];
  readonly #rowOf = new Map<string, number>();
  readonly #namesOf = new Map<string, Set<string>>();
  #newestFirst: PhotoRecord[] | undefined;

  get count(): number {
    return this.#photos.length;
  }

  get(id: string): PhotoRecord | undefined {
    const row = this.#rowOf.get(id);
    return row === undefined ? undefined : this.#photos[row];
  }

  /** A copy of the photo's unit vector. */
  vectorOf(id: string): Float32Array | undefined {
    const row = this.#rowOf.get(id);
    return row === undefined ? undefined : this.#matrix.at(row);
  }

  put(photo: PhotoRecord, vector: Float32Array): void {
    if (this.#rowOf.has(photo.id)) return this.addName(photo.id, photo.name);
    const row = this.#matrix.add(vector);
    this.#photos[row] = photo;
    this.#rowOf.set(photo.id, row);
    this.#namesOf.set(photo.id, new Set([photo.name]));
    this.#newestFirst = undefined;
  }

  /** Another file with the content of the photo `id`. */
  addName(id: string, name: string): void {
    this.#namesOf.get(id)?.add(name);
  }

  namesOf(id: string): readonly string[] {
    return [...(this.#namesOf.get(id) ?? [])];
  }

  /** Forgets one file; the photo goes with its last file, and otherwise goes on under another name. */
  removeName(id: string, name: string): void {
    const names = this.#namesOf.get(id);
    const row = this.#rowOf.get(id);
    if (names === undefined || row === undefined || !names.delete(name)) return;
    this.#newestFirst = undefined;
    const [other] = names;
    if (other === undefined) return this.#remove(id, row);
    const photo = this.#photos[row] as PhotoRecord;
    if (photo.name === name) this.#photos[row] = { ...photo, name: other };
  }

  #remove(id: string, row: number): void {
    this.#matrix.remove(row);
    const last = this.#photos.pop() as PhotoRecord;
    if (last.id !== id) {
      this.#photos[row] = last;
      this.#rowOf.set(last.id, row);
    }
    this.#rowOf.delete(id);
    this.#namesOf.delete(id);
  }

  /** A stretch of the photos, nearest to `query` first. `without` is left out of them. */
  nearest(
    query: Float32Array,
    { at, ...stretch }: Stretch,
    choice: Choice = {},
    without?: string,
  ): Extent & { readonly hits: readonly Hit[] } {
    const accepts = (row: number): boolean => {
      const photo = this.#photos[row] as PhotoRecord;
      return photo.id !== without && matches(photo, choice);
    };
    const row = at === undefined ? undefined : this.#rowOf.get(at);
    const wanted = { ...stretch, ...(row !== undefined && { at: row }) };
    const { neighbours, ...extent } = this.#matrix.nearest(query, wanted, accepts);
    const hits = neighbours.map(({ row: one, score }) => ({
      ...toStoredPhoto(this.#photos[one] as PhotoRecord),
      score,
    }));
    return { hits, ...extent };
  }

  /** A stretch of the photos, newest first. */
  newest(stretch: Stretch, choice: Choice = {}): PhotoList {
    this.#newestFirst ??= newestFirst(this.#photos);
    const all = this.#newestFirst.filter((photo) => matches(photo, choice));
    const { photos, ...extent } = stretchOf(all, stretch);
    return { photos: photos.map(toStoredPhoto), ...extent };
  }

  /** How many there are of a kind. */
  countOf(kind: string): number {
    return this.#photos.filter((photo) => matches(photo, { kind })).length;
  }

  /** Every property with its values and how many photos have each. */
  propertyValues(): PropertyValues[] {
    return propertyValues(this.#photos);
  }
}

/** The public part of a record. */
export function toStoredPhoto({
  mediaType: _mediaType,
  modifiedMs: _modifiedMs,
  takenMs: _takenMs,
  ...photo
}: PhotoRecord): StoredPhoto {
  return photo;
}
