import { text } from '../src/cli/options/option-values.js';
import { HUGE_SIZES } from '../test/support/imagebind-tensors.js';
import {
  existingFolder,
  fail,
  optionalOption,
  option,
  perform,
  place,
  positive,
  readCommand,
  someOf,
  toggle,
} from './command.js';
import { SENSES } from './load/senses.js';
import { describeMachine } from './machine.js';
import { measureModality, measureQueriesBesideVideo } from './measure/senses.js';
import { writeRandomImageBind } from './model/random-imagebind.js';

const options = readCommand(
  'npm run bench:imagebind --',
  'ImageBind in its full size, with random weights: writes such a checkpoint, or measures what was converted from one. Memory, time ' +
    'and rate of each modality alone, or of queries beside videos, as rows of a table.',
  {
    checkpoint: optionalOption(
      'file',
      'Write a checkpoint of 4.8 GB there, and nothing else. Default: measure.',
      place,
    ),
    model: optionalOption(
      'folder',
      'What `models convert imagebind` made. Default: none, as with --checkpoint.',
      existingFolder,
    ),
    modalities: option('list', 'Which to measure, each alone.', someOf(SENSES), SENSES.join()),
    beside: toggle('Measure queries beside videos instead.'),
    precision: option('word', 'Of the weights: fp32 or int8.', text('a precision'), 'fp32'),
    seconds: option('seconds', 'How long each is asked by four callers.', positive, '20'),
  },
);
const { checkpoint, model, modalities, beside, precision, seconds } = options;

const print = (cells: readonly (string | number)[]) =>
  void process.stdout.write(`| ${cells.join(' | ')} |\n`);

await perform(async () => {
  if (checkpoint !== undefined) return writeRandomImageBind(checkpoint, HUGE_SIZES);
  if (model === undefined) return fail('expected --checkpoint FILE or --model DIR, received neither');
  const { cpu, coresAllowed, onnxruntime, loadBefore } = describeMachine();
  process.stdout.write(
    `${cpu}, ${coresAllowed} cores, ONNX Runtime ${onnxruntime}, load before ${loadBefore}\n`,
  );
  const asked = { model, precision, seconds };
  if (beside) {
    print(['query', 'alone p50', 'p95', 'beside videos p50', 'p95', 'mean wait', 'mean encoding', 'queries']);
    for (const { query, idleMs, besideMs, stages, queries } of await measureQueriesBesideVideo(asked)) {
      const times = [...idleMs, ...besideMs, stages.queueMs, stages.encodeMs];
      print([query, ...times.map((ms) => `${Math.round(ms)} ms`), queries]);
    }
    return;
  }
  print(['modality', 'at rest', 'under load', 'peak', 'one alone', 'items a second', 'CPU seconds an item']);
  for (const modality of modalities) {
    const { restMiB, loadMiB, peakMiB, ...times } = await measureModality(modality, asked);
    const memory = [restMiB, loadMiB, peakMiB].map((size) => `${Math.round(size)} MiB`);
    const { aloneMs, itemsPerSecond, cpuSecondsPerItem } = times;
    print([
      modality,
      ...memory,
      `${Math.round(aloneMs)} ms`,
      itemsPerSecond.toFixed(2),
      cpuSecondsPerItem.toFixed(2),
    ]);
  }
});
