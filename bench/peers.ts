import { PLAN_OPTIONS, planOf } from './choices.js';
import { option, perform, readCommand, someOf } from './command.js';
import { createInputs } from './inputs.js';
import type { Inputs } from './inputs.js';
import { describeMachine } from './machine.js';
import { measureInChild } from './measure/child.js';
import { measureFreshServer } from './measure/fresh-server.js';
import { measureQueriesBesideImport } from './measure/queries-beside-import.js';
import type { Server } from './measure/server.js';
import { ensureRandomModelForPython } from './model/bench-model.js';
import { compareWithReference } from './peers/agreement.js';
import { CHOICES, gatherContestants, ourselves } from './peers/contestants.js';
import type { Contestant } from './peers/contestants.js';
import { peerLoads, peerProbes, peerQueries } from './peers/loads.js';
import type { Plan } from './plan.js';
import { drawPeers, renderPeers } from './report/peers.js';
import { placeOf, placeOptions } from './report/place.js';
import { saveReport } from './report/save.js';
import { Results } from './results.js';
import { measureInTurns } from './rounds.js';
import type { Step } from './rounds.js';

const PUBLISHED = 'peers';

const options = readCommand(
  'npm run bench:peers --',
  'This service against its peers in one run: transformers.js, the stack of Weaviate’s official module, and ONNX Runtime ' +
    'with nothing around it. Fresh processes that take turns; see bench/README.md. Peers are installed on first use; one ' +
    'that cannot be is named in the report with the reason.',
  {
    ...PLAN_OPTIONS,
    only: option('list', 'Who is measured.', someOf(CHOICES), CHOICES.join()),
    ...placeOptions(PUBLISHED),
  },
);
const { quick, only } = options;
const isWhole = !quick && options.rounds === undefined && only.length === CHOICES.length;

await perform(async () => {
  const plan = planOf(options);
  const machine = describeMachine();
  const model = await ensureRandomModelForPython('vit-b-32');
  const inputs = await createInputs(model);
  const gathered = await gatherContestants(only, model, (line) => process.stderr.write(`${line}\n`));
  const ours = ourselves('fp32', model);
  const { field, samples } = await compareWithReference(ours, gathered, peerProbes(inputs));
  for (const { name, reason } of field.leftOut)
    process.stderr.write(`left out: ${name}, because ${reason}\n`);

  const raw = () => measureInChild('./raw-child.js', [model, String(plan.rawSeconds), '12']);
  const steps = field.contestants.map((contestant) => toStep(contestant, inputs, plan));
  if (only.includes('raw')) steps.push({ name: 'raw', measure: raw });
  const results = new Results();
  results.add(samples);
  await measureInTurns(steps, plan.rounds, results);

  const versions = Object.fromEntries(field.contestants.map(({ name, versions }) => [name, versions]));
  const settings = { ...plan, quick, only, model: 'random ViT-B/32', versions, leftOut: field.leftOut };
  await saveReport(placeOf(options, PUBLISHED, isWhole), {
    json: results.toJson(machine, settings),
    tables: renderPeers(results, machine, settings, field),
    plots: drawPeers(results, field),
  });
  if (results.failures.size > 0) process.exitCode = 1;
});

function toStep({ name, start }: Contestant, inputs: Inputs, plan: Plan): Step {
  const further = (server: Server) => measureQueriesBesideImport(name, server, peerQueries(inputs), plan);
  const trial = { name, start, loads: peerLoads(inputs), further };
  return { name, measure: () => measureFreshServer(trial, plan) };
}
