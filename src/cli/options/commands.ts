import * as value from './option-values.js';
import { option } from './option.js';

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
  dataset: option({
    flag: '--dataset',
    env: 'DATASET',
    placeholder: 'DIR',
    parse: value.text('a folder with captions.json'),
    doc: 'The captioned photos to evaluate on: a folder with a captions.json',
    commands: ['evaluate'],
  }),
  compare: option({
    flag: '--compare',
    env: 'COMPARE',
    placeholder: 'A B',
    parse: (text) => text,
    fallback: '',
    doc: 'Two precisions of MODEL, or two models: recall of both, and how near their vectors are to each other',
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
