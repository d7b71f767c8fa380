import { closeSync, openSync, statSync } from 'node:fs';
import * as value from './option-values.js';
import { option } from './option.js';
import { shard } from './shard.js';

const vectorFile: value.ValueParser<string> = (file) =>
  /\.(jsonl|npy|parquet)$/.test(file)
    ? file
    : value.expected('a file whose name ends in .jsonl, .npy or .parquet');

function checkReadable(file: string): void {
  if (file === '-') return;
  try {
    closeSync(openSync(file, 'r'));
    if (statSync(file).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    value.expected(`expected a file that can be read, received ${file} (${code})`);
  }
}

/** What only one command takes. */
export const COMMAND_OPTIONS = {
  adding: option({
    flag: '--adding',
    env: 'ADDING',
    placeholder: 'auto|on|off',
    parse: value.choice('auto', 'on', 'off'),
    fallback: 'auto',
    doc: 'Whether the search page may add photos: auto allows it on a loopback address only, as whoever reaches the page writes files',
    commands: ['demo'],
  }),
  exclude: option({
    flag: '--exclude',
    env: 'EXCLUDE',
    placeholder: 'PATTERN',
    parse: value.lines,
    fallback: '',
    doc: 'Leave out what matches, as .gitignore has patterns: `*.tmp`, `private/`; more by repeating it, or one a line in the variable',
    commands: ['demo', 'import', 'embed'],
    repeatable: true,
  }),
  showPassed: option({
    flag: '--show-passed',
    env: 'SHOW_PASSED',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Name each file and folder that is passed over, and why',
    commands: ['demo', 'import', 'embed'],
    isSwitch: true,
  }),
  forget: option({
    flag: '--forget',
    env: 'FORGET',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Forget what earlier starts have kept of photos in CACHE_DIR, and read them anew',
    commands: ['demo'],
    isSwitch: true,
  }),
  out: option({
    flag: '--out',
    env: 'OUT',
    placeholder: 'FILE',
    parse: value.optional(vectorFile),
    fallback: '',
    doc: 'Where the vectors go: lines of JSON in a .jsonl, a .npy of float32 with what its rows are of in a .npy.jsonl beside it, or a .parquet; without it lines of JSON on standard output',
    commands: ['embed'],
  }),
  resume: option({
    flag: '--resume',
    env: 'RESUME',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Go on with what the same run left in FILE.part when it was broken off, if there is such; what is whole stays as it is',
    commands: ['embed'],
    isSwitch: true,
  }),
  errors: option({
    flag: '--errors',
    env: 'ERRORS',
    placeholder: 'FILE',
    parse: (text) => text,
    fallback: '',
    doc: 'Where what could not be embedded is listed, a JSON line with file or line, error and code each; no failure, no file',
    commands: ['embed'],
  }),
  text: option({
    flag: '--text',
    env: 'TEXT',
    placeholder: 'TEXT',
    parse: value.lines,
    fallback: '',
    doc: 'A text to embed; more by repeating it, or one a line in the variable',
    commands: ['embed'],
    repeatable: true,
  }),
  texts: option({
    flag: '--texts',
    env: 'TEXTS',
    placeholder: 'FILE',
    parse: (text) => text,
    checkThere: checkReadable,
    fallback: '',
    doc: 'A file of texts, one a line, to embed; - for standard input',
    commands: ['embed'],
  }),
  shard: option({
    flag: '--shard',
    env: 'SHARD',
    placeholder: 'K/N',
    parse: shard,
    fallback: '1/1',
    doc: 'Of the files only the share of run K of N, by their paths: N runs at once, here or elsewhere, do all of them, each once; K from 1 to N, or from 0 on',
    commands: ['embed'],
  }),
  dataset: option({
    flag: '--dataset',
    env: 'DATASET',
    placeholder: 'DIR',
    parse: value.text('a folder with captions.json'),
    doc: 'The captioned photos or sounds to evaluate on: a folder with a captions.json',
    commands: ['evaluate'],
  }),
  compare: option({
    flag: '--compare',
    env: 'COMPARE',
    placeholder: 'A B',
    parse: (text) => text,
    fallback: '',
    doc: 'Two precisions of MODEL, or two models: the figures of both, and how near their vectors are to each other',
    commands: ['evaluate'],
    isPair: true,
  }),
  json: option({
    flag: '--json',
    env: 'JSON_FILE',
    placeholder: 'FILE',
    parse: (text) => text,
    fallback: '',
    doc: 'Write the figures to this file as JSON too',
    commands: ['evaluate'],
  }),
} as const;
