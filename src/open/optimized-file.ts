import path from 'node:path';
import { statIfThere } from '../core/optional-file.js';
import { writeAtOnce } from '../core/write-at-once.js';
import { inBackground } from '../onnx/jobs/background.js';
import type { DeriveWork } from './derive-work.js';
import { madeOnce } from './made-once.js';

/** `optimized.onnx` has what was found of it in `optimized.json`. */
export function verdictPathOf(file: string): string {
  return file.replace(/\.onnx$/, '.json');
}

/**
 * The tower's file with its graph rewritten, or as it is where nothing is recognised or the answers differ; the verdict is
 * kept beside it.
 */
export async function optimizedFile(work: DeriveWork): Promise<string> {
  const { modality, file: from, folder, samples, onEvent, stop } = work;
  const to = path.join(folder, 'optimized.onnx');
  const verdict = verdictPathOf(to);
  const kept = async () => {
    if (!(await statIfThere(verdict))) return undefined;
    return (await statIfThere(to)) ? to : from;
  };
  const make = async (given: AbortSignal) => {
    onEvent({ kind: 'optimizing', modality });
    const call = await work.spec();
    const job = { from, to, samples: { rows: await samples() }, call, threads: call.threads };
    const result = await inBackground('optimizeFile', job, given);
    await writeAtOnce(verdict, `${JSON.stringify(result, null, 2)}\n`);
    onEvent({ kind: 'optimized', modality, result });
    return result.kept ? to : from;
  };
  return madeOnce({ folder, kept, make, stop, onWait: () => onEvent({ kind: 'waiting', modality, folder }) });
}
