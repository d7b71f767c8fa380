import type { ResolveOptions } from '../../src/models/resolve.js';
import { resolveModel } from '../../src/models/resolve.js';

/** Resolves a model in a process of its own and prints each event's kind: `node pull-process.js NAME OPTIONS_JSON`. */
const [name, options] = process.argv.slice(2) as [string, string];
await resolveModel(name, {
  ...(JSON.parse(options) as ResolveOptions),
  externalFiles: () => Promise.resolve([]),
  onEvent: (event) => {
    if (event.kind === 'waiting' || event.kind === 'accepted') process.stdout.write(`${event.kind}\n`);
  },
});
process.stdout.write('resolved\n');
