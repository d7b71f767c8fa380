/**
 * This service against its peers in one run: transformers.js, the stack of Weaviate's official module, and ONNX Runtime
 * with nothing around it. Fresh processes that take turns; see README.md beside this file.
 *
 *     npm run bench:peers -- [--quick] [--only fp32,int8,transformers.js,torch,raw] [--out bench/results] [--name peers]
 *
 * Peers are installed on first use. One that cannot be is named in the report with the reason.
 */
import { parseArgs } from 'node:util';
import { createInputs } from './inputs.js';
import { describeMachine } from './machine.js';
import { measureInChild } from './measure/child.js';
import { measureFreshServer } from './measure/fresh-server.js';
import { measureQueriesBesideImport } from './measure/queries-beside-import.js';
import type { Server } from './measure/server.js';
import { ensureRandomModelForPython } from './model/bench-model.js';
import { compareWithReference } from './peers/agreement.js';
import { gatherContestants, ourselves, parseChoices } from './peers/contestants.js';
import type { Contestant } from './peers/contestants.js';
import { peerLoads, peerProbes, peerQueries } from './peers/loads.js';
import { FULL_PLAN, QUICK_PLAN } from './plan.js';
import { drawPeers, renderPeers } from './report/peers.js';
import { saveReport } from './report/save.js';
import { Results } from './results.js';
import { measureInTurns } from './rounds.js';
import type { Step } from './rounds.js';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    out: { type: 'string', default: 'bench/results' },
    name: { type: 'string', default: 'peers' },
  },
});
const choices = parseChoices(options.only);
const plan = options.quick ? QUICK_PLAN : FULL_PLAN;
const machine = describeMachine();
const model = await ensureRandomModelForPython('vit-b-32');
const inputs = await createInputs(model);

function toStep({ name, start }: Contestant): Step {
  const further = (server: Server) => measureQueriesBesideImport(name, server, peerQueries(inputs), plan);
  const trial = { name, start, loads: peerLoads(inputs), further };
  return { name, measure: () => measureFreshServer(trial, plan) };
}

const gathered = await gatherContestants(choices, model, (line) => process.stderr.write(`${line}\n`));
const ours = ourselves('fp32', model);
const { field, samples } = await compareWithReference(ours, gathered, peerProbes(inputs));
for (const { name, reason } of field.leftOut) process.stderr.write(`left out: ${name}, because ${reason}\n`);

const raw = () => measureInChild('./raw-child.js', [model, String(plan.rawSeconds), '12']);
const steps = field.contestants.map(toStep);
if (choices.includes('raw')) steps.push({ name: 'raw', measure: raw });
const results = new Results();
results.add(samples);
await measureInTurns(steps, plan.rounds, results);

const versions = Object.fromEntries(field.contestants.map(({ name, versions }) => [name, versions]));
const settings = { ...plan, ...options, model: 'random ViT-B/32', versions, leftOut: field.leftOut };
await saveReport(options.out, options.name, {
  json: results.toJson(machine, settings),
  tables: renderPeers(results, machine, settings, field),
  plots: drawPeers(results, field),
});
