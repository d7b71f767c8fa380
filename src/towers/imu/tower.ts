import type { Batcher } from '../../core/batcher.js';
import { Budget } from '../../core/budget.js';
import type { Row } from '../../core/encoder.js';
import { ownModule } from '../../core/own-module.js';
import { RowTower } from '../../core/row-tower.js';
import type { Tower } from '../../core/tower.js';
import { untilAborted } from '../../core/until-aborted.js';
import { fileBytes } from '../file-bytes.js';
import type { TowerKind } from '../kind.js';
import { PreparePool } from '../prepare-pool.js';
import { sampleMotions } from './samples.js';
import { readImuSettings } from './settings.js';
import type { ImuSettings } from './settings.js';

export interface ImuTowerSettings {
  /** Most rows in a batch. */
  readonly maxBatchSize: number;
}

/** Tables of a motion sensor's readings (an inertial measurement unit's), in CSV → vectors. */
export const imuKind: TowerKind<ImuTowerSettings> = {
  modality: 'imu',
  trial: { items: 'readings of a motion sensor', batches: [1, 2, 4, 8, 16], option: 'MAX_BATCH_SIZE' },
  async plan(model, tower) {
    const imu = await readImuSettings(model.folder, tower);
    return {
      input: { kind: 'dense', shape: [imu.channels, imu.length] },
      outputs: ['imu_embeds', 'imu_embeddings', 'embedding', 'sentence_embedding'],
      sample: sampleMotions(imu)[0]!,
      samples: () => Promise.resolve(sampleMotions(imu)),
      maxBatch: ({ maxBatchSize }) => maxBatchSize,
      start: (batcher) => startImuTower(imu, batcher),
    };
  },
};

async function startImuTower(imu: ImuSettings, batcher: Batcher<Row>): Promise<Tower> {
  const pool = await PreparePool.start<Uint8Array>(
    ownModule(new URL('./prepare-thread.js', import.meta.url)),
    1,
    imu,
  );
  return new RowTower<Float32Array<ArrayBuffer>>({
    modality: 'imu',
    prepare: async (content, { signal }) => ({
      rows: [await untilAborted(pool.run(fileBytes(content, 'a CSV file'), signal), signal)],
    }),
    prepareAhead: new Budget({ capacity: batcher.rowsAtOnce + 1 }),
    batcher,
    close: () => pool.close(),
  });
}
