import { Budget } from '../../src/core/budget.js';
import { RowTower } from '../../src/core/row-tower.js';
import type { TowerKind } from '../../src/towers/kind.js';

/** Numbers in an echo. */
export const ECHO_LENGTH = 4;

/** A toy modality, to show what a new tower takes: the codes of its first four characters, in any case. */
export const echoKindOf = (modality: string): TowerKind<unknown> => ({
  modality,
  trial: { items: 'echoes', batches: [1, 2], option: 'MAX_BATCH_SIZE' },
  plan: () =>
    Promise.resolve({
      input: { kind: 'dense', shape: [ECHO_LENGTH] },
      outputs: ['echo_embeds'],
      sample: new Float32Array(ECHO_LENGTH),
      samples: () => Promise.resolve([echoOf('tick'), echoOf('tock')]),
      maxBatch: () => 2,
      start: (batcher) =>
        Promise.resolve(
          new RowTower<Float32Array<ArrayBuffer>>({
            modality,
            prepare: (content) => {
              const text = content as string;
              return { rows: [echoOf(text), echoOf(text.slice(ECHO_LENGTH))] };
            },
            prepareAhead: new Budget({ capacity: batcher.rowsAtOnce }),
            batcher,
            cost: () => 2,
            close: () => Promise.resolve(),
          }),
        ),
    }),
});

function echoOf(text: string): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: ECHO_LENGTH }, (_, at) => text.charCodeAt(at) || 0);
}
