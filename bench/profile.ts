import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { wholeNumber } from '../src/cli/options/option-values.js';
import { loadModelFolder } from '../src/models/folder/folder.js';
import type { ModelFolder } from '../src/models/folder/folder.js';
import { MODEL_OPTION, modelOf } from './choices.js';
import { option, perform, readCommand, someOf } from './command.js';
import type { OperatorTime } from './measure/operator-times.js';
import { operatorTimes } from './measure/operator-times.js';
import { imageRun, openRaw, textRun } from './measure/raw-session.js';
import { makeTowerFiles } from './measure/tower-files.js';

/** Tokens of a caption, those at the start and end included. */
const TOKENS = 12;

/** Of the files that there are: those of which the operators are told. */
const PRECISIONS = ['fp32', 'int8'];

/** Kinds of operators under this share are told together. */
const LEAST_SHARE = 0.01;

const TOWERS = [
  { tower: 'image', unit: 'images', batches: [1, 8], run: imageRun },
  { tower: 'text', unit: `texts of ${TOKENS} tokens`, batches: [1, 16], run: textRun },
] as const;

const options = readCommand(
  'npm run bench:profile --',
  "The time of each kind of operator in a model's towers, by ONNX Runtime's own profiler, in fp32 and int8. It slows what it " +
    'watches, so only shares mean something. See bench/README.md.',
  {
    model: MODEL_OPTION,
    only: option('towers', 'Towers: image, text.', someOf(['image', 'text']), 'image,text'),
    runs: option('N', 'Runs of each batch.', wholeNumber(1, 10_000), '20'),
  },
);

await perform(async () => {
  const { folder, name } = await modelOf(options.model);
  const model = await loadModelFolder(folder, { modalities: options.only });
  const files = await makeTowerFiles(folder, ['int8'], path.join(tmpdir(), 'handspring-bench', 'cache'));
  for (const { tower, unit, batches, run } of TOWERS) {
    if (!options.only.includes(tower)) continue;
    for (const [precision, { [tower]: file }] of Object.entries(files)) {
      if (file === undefined || !PRECISIONS.includes(precision)) continue;
      for (const batch of batches) {
        const times = await profile(file, model, batch, run);
        process.stdout.write(`\n${name}, ${precision}, ${unit}, batch ${batch}\n${table(times)}`);
      }
    }
  }
});

async function profile(
  file: string,
  model: ModelFolder,
  batch: number,
  run: (typeof TOWERS)[number]['run'],
): Promise<OperatorTime[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'handspring-profile-'));
  try {
    const profileFilePrefix = path.join(folder, 'profile');
    const session = await openRaw(file, { enableProfiling: true, profileFilePrefix });
    const once = await run(session, model, batch, TOKENS);
    for (let at = 0; at < options.runs; at++) await once();
    session.endProfiling();
    await session.release();
    const [written = ''] = await readdir(folder);
    return operatorTimes(await readFile(path.join(folder, written), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Markdown: what took a share worth telling, and all else in one row. */
function table(times: readonly OperatorTime[]): string {
  const rest = times.filter(({ share }) => share < LEAST_SHARE);
  const sum = (of: (time: OperatorTime) => number) => rest.reduce((all, time) => all + of(time), 0);
  const rows = times.filter(({ share }) => share >= LEAST_SHARE);
  const others = {
    operator: 'others',
    calls: sum(({ calls }) => calls),
    milliseconds: sum(({ milliseconds }) => milliseconds),
    share: sum(({ share }) => share),
  };
  const lines = [...rows, ...(rest.length > 0 ? [others] : [])].map(
    ({ operator, calls, milliseconds, share }) =>
      `| ${operator} | ${calls / options.runs} | ${(milliseconds / options.runs).toFixed(2)} | ${(100 * share).toFixed(1)} % |`,
  );
  return ['| operator | nodes a run | ms a run | share |', '|---|--:|--:|--:|', ...lines, ''].join('\n');
}
