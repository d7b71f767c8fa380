/**
 * The same load against servers of the contract, taking turns: the official module, an older release, this one.
 *
 *     npm run bench:compare -- --url http://A --url http://B [--rounds 3] [--seconds 3] [--json FILE]
 *
 * Answers are checked for form, and the vectors of the same items are compared with the first server's.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareVectors } from './compare/agreement.js';
import { askVectors } from './compare/answer.js';
import { createInputs } from './inputs.js';
import { Client } from './load/client.js';
import { runClosedLoop } from './load/closed-loop.js';
import { describeMachine } from './machine.js';
import { writeClipTokenizer } from './model/bench-model.js';
import { Results } from './results.js';
import { percentile } from './statistics.js';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
if (options.url.length < 2)
  throw new Error(`--url: expected two servers or more, received ${options.url.length}`);
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

/** CLIP's, whose tokens the texts are counted in, whatever the servers' models are. */
const CONTEXT = 77;

const folder = await mkdtemp(path.join(tmpdir(), 'handspring-compare-'));
await writeClipTokenizer(folder, CONTEXT);
const inputs = await createInputs(folder);
await rm(folder, { recursive: true });

const clients = options.url.map((url) => new Client(url.replace(/\/+$/, '')));
const kinds = {
  'image 640x480': inputs.images('640x480'),
  'image 12mp': inputs.images('12mp'),
  'text 4': inputs.texts(4),
  'text 12': inputs.texts(12),
};
const results = new Results();
for (const [kind, make] of Object.entries(kinds)) {
  const bodies = Array.from({ length: 8 }, make);
  const [reference, ...others] = await Promise.all(clients.map((client) => askVectors(client, kind, bodies)));
  others.forEach((vectors, at) => {
    const name = `${kind}/agreement/${options.url[at + 1] ?? ''}`;
    results.add(compareVectors(name, reference ?? [], vectors));
  });
}
for (let round = 0; round < rounds; round++) {
  for (const client of round % 2 === 0 ? clients : [...clients].reverse()) {
    for (const [kind, make] of Object.entries(kinds)) {
      for (const concurrency of [1, 16]) {
        const loop = { client, make, concurrency, seconds, warmUpSeconds: 0.5 };
        const { itemsPerSecond, latenciesMs } = await runClosedLoop(loop);
        const name = `${kind}/${concurrency} callers/${client.url}`;
        results.add([
          { name, unit: 'items/s', value: itemsPerSecond },
          { name: `${name}/p95`, unit: 'ms', value: percentile(latenciesMs, 95) },
        ]);
      }
    }
  }
}
await Promise.all(clients.map((client) => client.close()));

const rows = results
  .names(/./)
  .map((name) => `| ${name} | ${Number(results.median(name).toPrecision(6))} | ${results.unit(name)} |`);
process.stdout.write(['| | median | |', '|---|--:|---|', ...rows.sort(), ''].join('\n'));
if (options.json) await writeFile(options.json, results.toJson(describeMachine(), options));
