import { open } from 'node:fs/promises';
import { pickled, zipEnd, zipMember } from '../../test/support/checkpoint-file.js';
import { imageBindTensors } from '../../test/support/imagebind-tensors.js';
import type { ImageBindSizes } from '../../test/support/imagebind-tensors.js';
import { createRandomWeights } from './random-weights.js';

const BYTES = 4;
const WIDE = { isWide: true };

/**
 * A checkpoint as `torch.save` writes ImageBind's, with random weights: its vectors mean nothing, its speed and memory are those
 * of the real one. One tensor is in memory at a time. The sums of the archive's members are left 0.
 * @param onTensor Hears of each one's share of all bytes, once it is written.
 * @throws Error of the system, if it cannot be written or is there already.
 */
export async function writeRandomImageBind(
  file: string,
  sizes: ImageBindSizes,
  onTensor: (share: number) => void = () => undefined,
): Promise<void> {
  const plans = imageBindTensors(sizes);
  const counts = plans.map(({ dims }) => dims.reduce((product, side) => product * side, 1));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const random = createRandomWeights(1);
  const handle = await open(file, 'wx');
  const directory: Buffer[] = [];
  let at = 0;
  const write = async (name: string, bytes: Uint8Array) => {
    const { local, entry } = zipMember(`random/${name}`, bytes.length, 0, at, WIDE);
    directory.push(entry);
    await handle.writeFile(local);
    await handle.writeFile(bytes);
    at += local.length + bytes.length;
  };
  try {
    await write('data.pkl', pickled(plans.map(({ name, dims }, key) => ({ name, dims, key: String(key) }))));
    await write('byteorder', Buffer.from('little'));
    for (const [key, { mean, deviation }] of plans.entries()) {
      const values = random(counts[key]!, deviation);
      if (mean !== 0) values.forEach((value, place) => (values[place] = value + mean));
      await write(`data/${key}`, new Uint8Array(values.buffer, 0, BYTES * values.length));
      onTensor(counts[key]! / total);
    }
    await write('version', Buffer.from('3\n'));
    await handle.writeFile(zipEnd(directory, at, WIDE));
  } finally {
    await handle.close();
  }
}
