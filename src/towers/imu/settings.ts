import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { readJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';

/** How a model wants the readings of a motion sensor: what `imu.json` says. */
export interface ImuSettings {
  /** Columns of the table, such as three axes of a gyroscope and three of an accelerometer. */
  readonly channels: number;
  /** Readings of each that the model takes: later ones are cut, missing ones are 0. */
  readonly length: number;
  /**
   * How the table, a line for each moment, becomes a row for each channel. `transpose`: as one would. `reshape`: its numbers are
   * read on and on and cut into as many rows, so that time and channels are mixed, as multi2vec-bind's container does.
   */
  readonly reading: 'reshape' | 'transpose';
}

const FILE = 'imu.json';
const READINGS = ['reshape', 'transpose'] as const;

/**
 * How a motion sensor's tower of a model folder wants its readings.
 * @throws ModelFolderError that names the file, and the setting that cannot be followed.
 */
export async function readImuSettings(
  folder: string,
  { settings: file = FILE }: Pick<TowerFile, 'settings'>,
): Promise<ImuSettings> {
  const config = await readJsonObject(path.join(folder, file));
  if (!config) throw new ModelFolderError(`${folder}: expected ${file}, there is none`);
  const wrong = (key: string, expected: string) => {
    const received = JSON.stringify(config[key]) ?? 'nothing';
    return new ModelFolderError(
      `${folder}: ${file}: ${key}: expected ${expected}, received ${received.slice(0, 80)}`,
    );
  };
  const reading = READINGS.find((one) => one === config['reading']);
  if (!reading) throw wrong('reading', READINGS.join(' or '));
  return {
    channels: whole(config, 'channels', 64, wrong),
    length: whole(config, 'length', 1e6, wrong),
    reading,
  };
}

function whole(
  config: JsonObject,
  key: string,
  most: number,
  wrong: (key: string, expected: string) => Error,
): number {
  const value = config[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most)
    throw wrong(key, `a whole number of 1 to ${most}`);
  return value;
}
