import { isJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';

/** Reads the fields of one object, and names them in full in what it throws. */
export class SettingReader {
  readonly #object: JsonObject;
  readonly #name: string;

  /** @param name The object's own, with a dot behind it; empty for the file's. */
  constructor(object: JsonObject, name = '') {
    this.#object = object;
    this.#name = name;
  }

  object(key: string): SettingReader {
    const value = this.#object[key];
    if (!isJsonObject(value)) throw this.#wrong(key, 'an object');
    return new SettingReader(value, `${this.#name}${key}.`);
  }

  number(key: string): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || value < 0) throw this.#wrong(key, 'a number of 0 or more');
    return value;
  }

  finite(key: string): number {
    const value = this.#object[key];
    if (typeof value !== 'number') throw this.#wrong(key, 'a number');
    return value;
  }

  positive(key: string): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || value <= 0) throw this.#wrong(key, 'a number above 0');
    return value;
  }

  whole(key: string, least: number, most: number): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw this.#wrong(key, `a whole number of ${least} to ${most}`);
    return value;
  }

  flag(key: string): boolean {
    const value = this.#object[key];
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false');
    return value;
  }

  word<W extends string>(key: string, ...words: readonly W[]): W {
    const word = words.find((one) => one === this.#object[key]);
    if (word === undefined) throw this.#wrong(key, words.join(' or '));
    return word;
  }

  #wrong(key: string, expected: string): Error {
    const received = JSON.stringify(this.#object[key]) ?? 'nothing';
    return new Error(`${this.#name}${key}: expected ${expected}, received ${received.slice(0, 80)}`);
  }
}
