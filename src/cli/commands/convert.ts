import path from 'node:path';
import { convertImageBind } from '../../convert/imagebind/convert.js';
import { LICENCE, NOTE } from '../../convert/imagebind/settings.js';
import type { ClipPolicy } from '../../convert/imagebind/settings.js';
import { HUGE_HEADS, modalitiesOf, TOWERS } from '../../convert/imagebind/towers.js';
import type { Heads } from '../../convert/imagebind/towers.js';
import type { Progress } from '../../core/progress.js';
import { formatBytes } from '../../models/hub/disk-space.js';
import { ConfigError } from '../options/config.js';
import { showProgress } from '../progress-bar.js';
import type { CommandIo } from './models.js';

/** As they stand on the command line. */
export interface ConvertFlags {
  readonly out: string;
  readonly clips: ClipPolicy;
  readonly acceptLicence?: true;
  readonly heads?: string;
}

/** As a shell has it for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * `handspring models convert imagebind CHECKPOINT`: a model folder from the checkpoint that was published. Says whose the weights
 * are, and what for, before anything is read.
 * @throws ConfigError without the consent to the licence; what converting throws.
 */
export async function runConvert(
  checkpoint: string,
  { out, clips, acceptLicence, heads }: ConvertFlags,
  io: CommandIo,
  signals: NodeJS.EventEmitter = process,
): Promise<number> {
  if (checkpoint === '') throw new ConfigError(['expected a checkpoint, received an empty name']);
  if (out === '') throw new ConfigError(['--out: expected a folder to make, received an empty name']);
  const given = heads === undefined ? HUGE_HEADS : parseHeads(heads);
  if (!acceptLicence)
    throw new ConfigError([
      `${NOTE} The terms are LICENSE and model_card.md of https://github.com/facebookresearch/ImageBind. If what you do is allowed by them, say so with --accept-licence.`,
    ]);
  const line = (text: string) => void io.progress.write(`${text}\n`);
  line(NOTE);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM']) signals.on(signal, onSignal);
  let bar: Progress | undefined;
  try {
    await convertImageBind(checkpoint, {
      ...{ out, clips, heads: given, signal: stop.signal },
      onTower: (name, bytes) => {
        bar?.stop();
        if (!io.progress.isTTY) line(`${name}: ${formatBytes(bytes)} of weights`);
        bar = showProgress(name, bytes, { stream: io.progress, format: formatBytes, clears: true });
      },
      onBytes: (bytes) => bar?.add(bytes),
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    bar?.stop();
    line('stopped; nothing of it was kept');
    return INTERRUPTED;
  } finally {
    bar?.stop();
    for (const signal of ['SIGINT', 'SIGTERM']) signals.off(signal, onSignal);
  }
  const all = TOWERS.flatMap(modalitiesOf).join();
  line(`licence: ${LICENCE}`);
  line(`serve it with --model ${out} --modalities ${all}, or with those of the towers that you need`);
  io.out(path.resolve(out));
  return 0;
}

/** `vision=16,text=16`: heads of the towers that have others than those of `imagebind_huge`. */
function parseHeads(text: string): Heads {
  const names = Object.keys(HUGE_HEADS);
  const entries = text.split(',').map((part) => /^([a-z]+)=([1-9]\d{0,3})$/.exec(part));
  const wrong = entries.some((entry) => !entry || !names.includes(entry[1]!));
  if (wrong)
    throw new ConfigError([
      `--heads: expected the heads of towers, such as vision=16,text=16, of ${names.join(', ')}; received ${text}`,
    ]);
  return { ...HUGE_HEADS, ...Object.fromEntries(entries.map((entry) => [entry![1]!, Number(entry![2])])) };
}
