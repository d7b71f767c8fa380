import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { webAddress, wholeNumber } from '../src/cli/options/option-values.js';
import {
  fail,
  optionalOption,
  option,
  perform,
  place,
  positive,
  readCommand,
  repeatedOption,
} from './command.js';
import { compareVectors, findDisagreement } from './compare/agreement.js';
import { askVectors } from './compare/answer.js';
import { renderComparison } from './compare/report.js';
import { createInputs } from './inputs.js';
import type { Inputs } from './inputs.js';
import { Client } from './load/client.js';
import { describeMachine } from './machine.js';
import type { Sample } from './measure/child.js';
import { measureQueriesBesideImport, queryCases } from './measure/queries-beside-import.js';
import type { Server } from './measure/server.js';
import { allLoads, measureLoads } from './measure/service.js';
import { writeClipTokenizer } from './model/bench-model.js';
import { FULL_PLAN, TEXT_LENGTHS } from './plan.js';
import { Results } from './results.js';
import { measureInTurns } from './rounds.js';

const options = readCommand(
  'npm run bench:compare --',
  'The benchmark’s load against servers of the contract, taking turns: the official module, an older release, this one. ' +
    'Answers are checked for form, and the vectors of the same items are compared with the first server’s.',
  {
    url: repeatedOption(
      'url',
      'The address of a server; to be given twice or more.',
      webAddress('http://localhost:8080'),
    ),
    rounds: option('count', 'How often everything is measured.', wholeNumber(1, 100), '3'),
    seconds: option('seconds', 'How long each load takes; queries take twice as long.', positive, '2.5'),
    json: optionalOption('file', 'Where all values are written. Default: nowhere.', place),
  },
);
const urls = [...new Set(options.url)];
if (urls.length < 2) fail(`--url: expected two servers or more, received ${urls.join(' ') || 'none'}`);

/** CLIP's, whose tokens the texts are counted in, whatever the servers' models are. */
const CONTEXT = 77;
const PROBES_OF_A_KIND = 8;

await perform(async () => {
  const machine = describeMachine();
  const inputs = await makeInputs();
  const servers = urls.map((url) => toServer(new Client(url)));
  const results = new Results();
  const { samples, disagreements } = await compareAnswers(servers, inputs);
  results.add(samples);
  const { rounds, seconds } = options;
  const steps = servers.map((server) => ({
    name: server.client.url,
    measure: () => measureServer(server, inputs, seconds),
  }));
  await measureInTurns(steps, rounds, results);
  await Promise.all(servers.map((server) => server.stop()));
  process.stdout.write(renderComparison(results, machine, { urls, rounds, disagreements }));
  if (options.json) {
    const settings = { url: urls, rounds, seconds, disagreements };
    await writeFile(options.json, results.toJson(machine, settings));
  }
  if (results.failures.size > 0) process.exitCode = 1;
});

async function makeInputs(): Promise<Inputs> {
  const folder = await mkdtemp(path.join(tmpdir(), 'handspring-compare-'));
  try {
    await writeClipTokenizer(folder, CONTEXT);
    return await createInputs(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A server that somebody else started: of its memory and start nothing is known. */
function toServer(client: Client): Server {
  const unknown = { residentMiB: NaN, peakMiB: NaN };
  return { client, readyMs: NaN, memory: () => Promise.resolve(unknown), stop: () => client.close() };
}

async function compareAnswers(
  servers: readonly Server[],
  inputs: Inputs,
): Promise<{ samples: Sample[]; disagreements: string[] }> {
  const samples: Sample[] = [];
  const disagreements: string[] = [];
  const kinds = {
    'image 640x480': inputs.images('640x480'),
    'image 12mp': inputs.images('12mp'),
    ...Object.fromEntries(TEXT_LENGTHS.map((tokens) => [`text ${tokens}`, inputs.texts(tokens)])),
  };
  for (const [kind, make] of Object.entries(kinds)) {
    const bodies = Array.from({ length: PROBES_OF_A_KIND }, make);
    const [reference = [], ...others] = await Promise.all(
      servers.map(({ client }) => askVectors(client, kind, bodies)),
    );
    others.forEach((vectors, at) => {
      const name = `${urls[at + 1]}/agreement/${kind}`;
      const disagreement = findDisagreement(name, reference, vectors);
      if (disagreement === undefined) samples.push(...compareVectors(name, reference, vectors));
      else disagreements.push(disagreement);
    });
  }
  return { samples, disagreements };
}

async function measureServer(server: Server, inputs: Inputs, seconds: number): Promise<Sample[]> {
  const { url } = server.client;
  const plan = { ...FULL_PLAN, seconds, querySeconds: 2 * seconds };
  const loads = await measureLoads(url, server, allLoads(inputs), plan);
  const queries = await measureQueriesBesideImport(url, server, queryCases(inputs), plan);
  return [...loads.filter(({ unit }) => unit !== 'MiB'), ...queries];
}
