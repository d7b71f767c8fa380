import path from 'node:path';
import { statIfThere } from '../core/optional-file.js';
import { writeAtOnce } from '../core/write-at-once.js';
import type { Int8Scheme } from '../onnx/int8/quantize-model.js';
import { inBackground } from '../onnx/jobs/background.js';
import type { QuantizeResult } from '../onnx/jobs/quantize-file.js';
import type { DeriveWork } from './derive-work.js';
import { madeOnce } from './made-once.js';

/**
 * The file with its weights in int8: by rows where this processor can and the model bears it, in blocks otherwise; which it
 * was is in the file's name.
 * @param from The tower's file, or the rewritten one.
 * @throws Error if it is too far from the tower's file by either scheme, or has nothing to store so.
 */
export async function int8File(
  work: DeriveWork,
  from: string,
): Promise<{ readonly file: string; readonly int8: Int8Scheme }> {
  const { modality, file, folder, stop, onEvent } = work;
  const stem = path.join(folder, from === file ? 'int8' : 'optimized-int8');
  const fileOf = (scheme: Int8Scheme) => `${stem}-${scheme}.onnx`;
  const refusalOf = (scheme: Int8Scheme) => `${stem}-${scheme}.refused.txt`;
  const isExact = await inBackground('isRowKernelExact', undefined, stop);
  const schemes: Int8Scheme[] = isExact ? ['rows', 'blocks'] : ['blocks'];
  const kept = async () => {
    for (const scheme of schemes) {
      if (await statIfThere(fileOf(scheme))) return scheme;
      if (!(await statIfThere(refusalOf(scheme)))) return undefined;
    }
    return undefined;
  };
  const make = async (given: AbortSignal) => {
    let reason = '';
    for (const scheme of schemes) {
      const result = await quantizeBy(scheme, { ...work, stop: given }, from, fileOf(scheme));
      if (result.kept) return scheme;
      ({ reason } = result);
      await writeAtOnce(refusalOf(scheme), `${reason}\n`);
    }
    throw new Error(`${file} in int8: ${reason}`);
  };
  const onWait = () => onEvent({ kind: 'waiting', modality, folder });
  const int8 = await madeOnce({ folder, kept, make, stop, onWait });
  return { file: fileOf(int8), int8 };
}

async function quantizeBy(
  scheme: Int8Scheme,
  { modality, file: reference, spec, samples, onEvent, stop }: DeriveWork,
  from: string,
  to: string,
): Promise<QuantizeResult> {
  onEvent({ kind: 'quantizing', modality, scheme });
  const call = await spec();
  const job = {
    from,
    to,
    scheme,
    reference,
    samples: { rows: await samples() },
    call,
    threads: call.threads,
  };
  const result = await inBackground('quantizeFile', job, stop);
  onEvent({ kind: 'quantized', modality, scheme, result });
  return result;
}
