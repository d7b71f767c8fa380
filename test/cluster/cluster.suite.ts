import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { VALUE_FILES, CHART, readManifests, renderChart } from '../deploy/chart.js';
import { DEPLOY, TOOL_CACHE, runWell } from '../support/deploy-tools.js';
import { ApiServer } from './api-server.js';
import { apply, expectStatus, list, makeNamespace, podOf } from './objects.js';
import type { KubeObject } from './objects.js';

const KUBERNETES = '1.34.3';
const JOB = parse(readFileSync(path.join(DEPLOY, 'jobs/kubernetes.yaml'), 'utf8')) as KubeObject;
const DEFINITIONS = path.join(TOOL_CACHE, 'crds');

/** One that values name. */
const PRIORITY: KubeObject = {
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: 'high' },
  value: 1000,
};

const nameOf = (file: string) => path.basename(file, '-values.yaml');

async function objectsOf(file: string, namespace: string): Promise<KubeObject[]> {
  const args = ['--values', file, '--namespace', namespace, '--kube-version', KUBERNETES];
  return readManifests(await renderChart(args)) as unknown as KubeObject[];
}

describe(`an API server of Kubernetes ${KUBERNETES}, in namespaces with the policy restricted`, () => {
  let api: ApiServer;
  before(async function () {
    this.timeout(120_000);
    api = await ApiServer.start();
    for (const name of readdirSync(DEFINITIONS)) await define(name);
    expectStatus(await apply(api, PRIORITY, ''), 201);
  });
  after(() => api?.stop());

  /** Makes a kind known, and waits until it can be used. */
  async function define(fileName: string): Promise<void> {
    const definition = parse(readFileSync(path.join(DEFINITIONS, fileName), 'utf8')) as KubeObject;
    expectStatus(await apply(api, definition, ''), 201);
    const { group, versions, names } = definition.spec as {
      group: string;
      versions: readonly { name: string }[];
      names: { plural: string };
    };
    const target = `/apis/${group}/${versions[0]?.name}/${names.plural}`;
    while ((await api.send('GET', target)).status !== 200) await sleep(100);
  }

  it('refuses a pod that asks for more', async () => {
    await makeNamespace(api, 'more');
    const pod = podOf(JOB);
    const { securityContext: without, ...spec } = pod.spec ?? {};
    expect(without).to.be.an('object');
    const answer = await apply(api, { ...pod, spec }, 'more', 'checked');
    expect([answer.status, answer.body['message']]).to.deep.equal([
      403,
      'pods "embed-photos-0" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "embed" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "embed" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ]);
  });

  for (const kind of ['ScaledObject', 'ServiceMonitor', 'Deployment']) {
    it(`refuses a field that a ${kind} does not have`, async () => {
      const file = VALUE_FILES.find((name) => nameOf(name) === 'everything') ?? '';
      const object = (await objectsOf(file, 'more')).find((one) => one.kind === kind);
      if (!object) throw new Error(`no ${kind} is made`);
      const wrong = { ...object, spec: { ...object.spec, misspelt: 1 } };
      const answer = await apply(api, wrong, 'more', 'checked');
      expect(answer.body['message']).to.match(/\.spec\.misspelt: field not declared in schema/);
    });
  }

  for (const file of VALUE_FILES) {
    const namespace = `applied-${nameOf(file)}`;
    describe(`given the chart with ${path.basename(file)}`, () => {
      let objects: KubeObject[];
      before(async () => {
        await makeNamespace(api, namespace);
        objects = await objectsOf(file, namespace);
      });

      it('takes every object, by server-side apply, and warns of none', async () => {
        for (const object of objects) {
          const answer = await apply(api, object, namespace);
          expectStatus(answer, 201);
          expect(answer.warnings, object.kind).to.deep.equal([]);
        }
      });

      it('changes nothing when they are applied again', async () => {
        const before = await versionsOf(objects, namespace);
        for (const object of objects) expectStatus(await apply(api, object, namespace), 200);
        expect(await versionsOf(objects, namespace)).to.deep.equal(before);
      });

      it('admits the pod that its Deployment makes', async () => {
        const deployment = objects.find(({ kind }) => kind === 'Deployment');
        if (!deployment) throw new Error('no Deployment is made');
        expectStatus(await apply(api, podOf(deployment), namespace, 'checked'), 201);
      });
    });
  }

  it('takes the Indexed Job of `handspring embed`, warns of nothing, and admits its pod', async () => {
    await makeNamespace(api, 'archive');
    const answer = await apply(api, JOB, 'archive');
    expectStatus(answer, 201);
    expect(answer.warnings).to.deep.equal([]);
    expectStatus(await apply(api, podOf(JOB), 'archive', 'checked'), 201);
    expect(answer.body['spec']).to.deep.include({ completionMode: 'Indexed', backoffLimitPerIndex: 4 });
  });

  it('is installed to by Helm, upgraded to every file of values, and rolled back to the first', async function () {
    this.timeout(120_000);
    await makeNamespace(api, 'release');
    const everything = new Map<string, KubeObject>();
    for (const file of VALUE_FILES)
      for (const object of await objectsOf(file, 'release')) everything.set(object.kind, object);
    const kinds = [...everything.values()];
    const helm = (...args: readonly string[]) =>
      runWell('helm', [...args, '--namespace', 'release', '--kubeconfig', api.kubeconfig]);
    const specs = async () =>
      (await list(api, kinds, 'release'))
        .filter(({ metadata }) => metadata['labels'] !== undefined)
        .map(({ kind, metadata, spec }) => ({
          kind,
          name: metadata.name,
          labels: metadata['labels'],
          annotations: metadata['annotations'],
          spec: withoutNodePorts(spec),
        }));

    const states: Awaited<ReturnType<typeof specs>>[] = [];
    for (const file of VALUE_FILES) {
      // Without the last flag a file that sets nothing would leave all as the one before has it.
      await helm('upgrade', '--install', 'photos', CHART, '--values', file, '--reset-values');
      states.push(await specs());
      const made = (await objectsOf(file, 'release')).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(states.at(-1)?.map(({ kind, name }) => `${kind} ${name}`)).to.have.members(made);
    }
    for (const [at, state] of states.entries()) {
      await helm('rollback', 'photos', String(at + 1));
      expect(await specs(), nameOf(VALUE_FILES[at] ?? '')).to.deep.equal(state);
    }
    await helm('uninstall', 'photos');
    expect(await specs()).to.deep.equal([]);
  });

  async function versionsOf(objects: readonly KubeObject[], namespace: string): Promise<unknown[]> {
    const kept = await list(api, objects, namespace);
    expect(kept).to.have.length.of.at.least(objects.length);
    return kept.map(({ kind, metadata }) => [kind, metadata.name, metadata.resourceVersion]);
  }
});

/** A spec without what the server gives a Service anew each time that it becomes a LoadBalancer. */
function withoutNodePorts(spec: KubeObject['spec']): unknown {
  const text = JSON.stringify(spec ?? null, (name, value: unknown) =>
    name === 'nodePort' ? undefined : value,
  );
  return JSON.parse(text);
}
