import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { Child } from '../../weaviate/child.js';
import { freePorts } from '../../weaviate/ports.js';
import { DEPLOY, TOOL_ENV } from '../support/deploy-tools.js';

const READY_MS = 120_000;

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, value: string];
}

export interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly state: 'inactive' | 'pending' | 'firing';
}

export interface PrometheusServer {
  readonly url: string;
  /** @throws Error with Prometheus' own words if it refuses the query. */
  query(expr: string): Promise<Sample[]>;
  rules(): Promise<Rule[]>;
  stop(): Promise<void>;
}

/** Debian's Prometheus with this project's rules, which scrapes the given addresses each second. */
export async function startPrometheus(targets: readonly string[]): Promise<PrometheusServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'prometheus-'));
  const [port = 0] = await freePorts(1);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [path.join(DEPLOY, 'prometheus', 'alerts.yml')],
    scrape_configs: [
      {
        job_name: 'handspring',
        static_configs: [{ targets, labels: { namespace: 'prod', service: 'photos-handspring', pod: 'p1' } }],
      },
    ],
  };
  await writeFile(path.join(folder, 'prometheus.yml'), stringify(config));
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = Child.start('Prometheus', 'prometheus', args, { env: TOOL_ENV });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  const ask = async <T>(route: string): Promise<T> => {
    const answer = (await (await fetch(`${url}/api/v1/${route}`)).json()) as {
      status: string;
      error?: string;
      data: T;
    };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  };
  return {
    url,
    query: async (expr) =>
      (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`)).result,
    rules: async () =>
      (await ask<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap(({ rules }) => rules),
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: Child): Promise<void> {
  const late = performance.now() + READY_MS;
  for (;;) {
    const ready = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (!child.isRunning) throw child.ended(await child.exited);
    if (performance.now() > late) throw new Error(`Prometheus is not ready after ${READY_MS / 1000} s`);
    await sleep(100);
  }
}
