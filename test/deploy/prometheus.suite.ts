import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import { picture } from '../support/weaviate-images.js';
import { ofKind, readManifests, renderChart } from './chart.js';
import { queriesOf, readDashboard } from './dashboard.js';
import type { PrometheusServer } from './prometheus-server.js';
import { startPrometheus } from './prometheus-server.js';
import { DEPLOY, runWell } from '../support/deploy-tools.js';

/** Panels whose series begin with the first caller who has a key, is cut off, opens a stream, or sends a sound that is none. */
const SHOWN_WHEN_USED = new Set([
  'Items of a key in a day',
  'Store of the limits',
  'Connections refused',
  'Items by key',
  'Refused by limit of a key',
  'Reloads of the keys file',
  'Sounds, videos and others refused',
  'Items of gRPC streams by outcome',
]);

const at = (file: string) => path.join(DEPLOY, 'prometheus', file);

describe('Prometheus’ files', () => {
  it('pass promtool’s check', async () => {
    await runWell('promtool', ['check', 'config', '--syntax-only', at('prometheus.yml')]);
    await runWell('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', at('alerts.yml')]);
  });

  it('alert when they should and only then', async () => {
    await runWell('promtool', ['test', 'rules', at('alerts.test.yml')]);
  });
});

describe('a Prometheus that scrapes a service under load', () => {
  let service: ServiceProcess | undefined;
  let prometheus: PrometheusServer | undefined;
  let load: { stop(): Promise<void> } | undefined;

  before(async () => {
    // So few items that some requests are refused; a cache that keeps nothing, but counts; addresses that nobody sends.
    service = await startServiceProcess([
      '--max-pending-items',
      '4',
      '--cache-bytes',
      '1',
      '--image-urls',
      'photos.test',
    ]);
    prometheus = await startPrometheus([new URL(service.url).host]);
    load = startLoad(service.url);
    await untilMeasured(prometheus);
  });
  after(async () => {
    await load?.stop();
    await prometheus?.stop();
    await service?.stop();
  });

  for (const { panel, expr } of queriesOf(readDashboard())) {
    if (SHOWN_WHEN_USED.has(panel.title)) {
      it(`answers what “${panel.title}” asks, though nothing of it happened: ${expr}`, async () => {
        const query = expr.replaceAll('$__rate_interval', '30s').replaceAll('$instance', '.*');
        expect(await prometheus?.query(query)).to.be.an('array');
      });
      continue;
    }
    it(`has something to show for “${panel.title}”: ${expr}`, async () => {
      const query = expr.replaceAll('$__rate_interval', '30s').replaceAll('$instance', '.*');
      const samples = await prometheus?.query(query);
      expect(samples).to.not.be.empty;
      for (const { value } of samples ?? []) expect(Number(value[1])).to.be.finite;
    });
  }

  it('evaluates every alert without an error', async () => {
    const rules = await evaluatedRules(prometheus);
    expect(rules.map(({ name, health, lastError }) => ({ name, health, lastError }))).to.deep.equal(
      rules.map(({ name }) => ({ name, health: 'ok', lastError: undefined })),
    );
    expect(rules).to.have.length.of.at.least(10);
  });

  it('sees the refusals of an overload, and nothing that is not there', async () => {
    let rules = await evaluatedRules(prometheus);
    const stateOf = (name: string) => rules.find((rule) => rule.name === name)?.state;
    // Rates of the last minutes follow what happens with the next evaluations.
    while (stateOf('HandspringRefuses') === 'inactive') {
      await sleep(200);
      rules = await evaluatedRules(prometheus);
    }
    expect(stateOf('HandspringRefuses')).to.be.oneOf(['pending', 'firing']);
    expect(stateOf('HandspringNoReadyReplica')).to.equal('inactive');
    expect(stateOf('HandspringErrors')).to.equal('inactive');
    expect(stateOf('HandspringTowerRestarts')).to.equal('inactive');
    expect(stateOf('HandspringReplicaDown')).to.equal('inactive');
    expect(stateOf('HandspringReplicaRestarts')).to.equal('inactive');
    expect(stateOf('HandspringKeysFileRefused')).to.equal('inactive');
  });

  it('gives the autoscalers the queue of each pod', async () => {
    const { rules } = parse(readFileSync(path.join(DEPLOY, 'helm', 'prometheus-adapter.yaml'), 'utf8')) as {
      rules: { custom: { seriesQuery: string; metricsQuery: string }[] };
    };
    for (const { seriesQuery, metricsQuery } of rules.custom) {
      expect(await prometheus?.query(seriesQuery)).to.not.be.empty;
      const query = metricsQuery
        .replace('<<.Series>>', 'handspring_items_waiting')
        .replace('<<.LabelMatchers>>', 'namespace="prod",pod=~"p1|p2"')
        .replace('<<.GroupBy>>', 'pod');
      expect((await prometheus?.query(query))?.map(({ metric }) => metric)).to.deep.equal([{ pod: 'p1' }]);
    }
    const scaled = ofKind(
      readManifests(
        await renderChart(['--set', 'autoscaling.kind=keda', '--set', 'serviceMonitor.enabled=true']),
      ),
      'ScaledObject',
    );
    const [trigger] = scaled.spec['triggers'] as { metadata: { query: string } }[];
    expect(await prometheus?.query(trigger?.metadata.query ?? '')).to.have.length(1);
  });
});

/** Photos and texts, a text that is too long and an image that is none, again and again until it is stopped. */
function startLoad(url: string): { stop(): Promise<void> } {
  let going = true;
  const worker = async (seed: number) => {
    const image = Buffer.from(await picture(seed), 'base64');
    while (going) {
      await vectorize(url, { images: [image], texts: ['a harbour in the morning'] });
      await vectorize(url, { texts: ['word '.repeat(600)] });
      await vectorize(url, { images: [Buffer.from('not an image at all')] });
    }
  };
  const workers = Array.from({ length: 8 }, (_, seed) => worker(seed));
  return {
    stop: async () => {
      going = false;
      await Promise.all(workers);
    },
  };
}

/** Until rates can be made of what the load has done, the refusals among it. */
async function untilMeasured(prometheus: PrometheusServer): Promise<void> {
  const wanted = [
    'rate(handspring_requests_total{outcome="overloaded"}[30s]) > 0',
    'rate(handspring_requests_total{outcome="ok", modality="both"}[30s]) > 0',
    'rate(handspring_images_refused_total[30s]) > 0',
    'rate(handspring_texts_truncated_total[30s]) > 0',
    'count(rate(handspring_stage_duration_seconds_sum{stage="queue"}[30s]) > 0) == 2',
  ];
  for (const query of wanted) while ((await prometheus.query(query)).length === 0) await sleep(200);
}

/** The alerts, once each has been evaluated. */
async function evaluatedRules(prometheus: PrometheusServer | undefined) {
  for (;;) {
    const rules = (await prometheus?.rules()) ?? [];
    if (rules.every(({ health }) => health !== 'unknown')) return rules;
    await sleep(200);
  }
}
