import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { CONTRACTS } from '../../src/serve/contracts/registry.js';
import { GRPC_ROUTES } from '../../src/serve/grpc/listen.js';
import { createMetrics } from '../../src/serve/metrics.js';
import { VERSION } from '../../src/core/version.js';
import { readDashboard, queriesOf } from './dashboard.js';
import type { Panel } from './dashboard.js';
import { DEPLOY } from '../support/deploy-tools.js';

const read = (file: string) => readFileSync(path.join(DEPLOY, file), 'utf8');

/** Names of metrics in a query, without what a histogram adds to its own. */
function metricsIn(query: string): string[] {
  const names = query.match(/\b((handspring|nodejs|process)_\w+|up(?={))/g) ?? [];
  return names.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

describe('what is deployed', () => {
  const dashboard = readDashboard();
  const rules = (parse(read('prometheus/alerts.yml')) as Rules).groups.flatMap((group) => group.rules);
  const known = new Set(
    createMetrics()
      .registry.getMetricsAsArray()
      .map(({ name }) => name),
  );

  it('asks for metrics that the service has, or Prometheus of each target', () => {
    const asked = new Set([...known, 'up']);
    const queries = [
      ...queriesOf(dashboard).map(({ expr }) => expr),
      ...rules.map(({ expr }) => expr),
      read('helm/prometheus-adapter.yaml'),
      read('helm/handspring/templates/scaledobject.yaml'),
    ];
    for (const query of queries) {
      const names = metricsIn(query);
      expect(names, query).to.not.be.empty;
      expect([...asked], query).to.include.members(names);
    }
  });

  it('shows every metric of the service on the dashboard', () => {
    const shown = new Set(queriesOf(dashboard).flatMap(({ expr }) => metricsIn(expr)));
    expect([...known].filter((name) => name.startsWith('handspring_') && !shown.has(name))).to.deep.equal([]);
  });

  it('counts the requests of every contract, and of the search, wherever it asks for routes', () => {
    const asked = [...queriesOf(dashboard).map(({ expr }) => expr), ...rules.map(({ expr }) => expr)].flatMap(
      (expr) => Array.from(expr.matchAll(/\broute\S*?"[^"]*"/g), ([matcher]) => matcher),
    );
    expect(asked).to.not.be.empty;
    for (const matcher of asked) expect(matcher).to.equal('route!~"operations|other"');
    for (const { name } of CONTRACTS) expect(name).to.not.be.oneOf(['operations', 'other', 'search']);
  });

  it('says on the dashboard what the routes of gRPC are, and has no contract share one', () => {
    const { description = '' } = dashboard.panels.find(({ title }) => title === 'Requests by contract') ?? {};
    for (const route of new Set(GRPC_ROUTES.values())) {
      if (route === 'operations') continue;
      expect(description).to.match(new RegExp(`\\b${route}\\b`));
      expect(CONTRACTS.map(({ name }) => name)).to.not.include(route);
    }
  });

  it('names on the dashboard only alerts that there are', () => {
    const named = dashboard.panels.flatMap(
      ({ description = '' }) => description.match(/Handspring[A-Z]\w+/g) ?? [],
    );
    expect(named).to.not.be.empty;
    expect(rules.map(({ alert }) => alert)).to.include.members(named);
  });

  it('says of every alert what to look at first', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('| Handspring'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const named = rows.flatMap(([, names = '']) => names.split(', '));
    expect(named).to.have.members(rules.map(({ alert }) => alert));
    for (const [, name, when = '', steps = ''] of rows) {
      expect(when, name).to.have.length.of.at.least(20);
      expect(steps, name).to.match(/^… .{20}/);
    }
  });

  it('tests every alert', () => {
    const { tests } = parse(read('prometheus/alerts.test.yml')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
    };
    const fired = tests.flatMap(({ alert_rule_test }) =>
      alert_rule_test.filter(({ exp_alerts }) => exp_alerts),
    );
    const silent = tests.flatMap(({ alert_rule_test }) =>
      alert_rule_test.filter(({ exp_alerts }) => !exp_alerts),
    );
    for (const { alert } of rules) {
      expect(fired.map(({ alertname }) => alertname)).to.include(alert);
      expect(silent.map(({ alertname }) => alertname)).to.include(alert);
    }
  });

  it('lays the panels side by side and one under the other, each once', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    for (const { title, gridPos } of panels) expect(gridPos.x + gridPos.w, title).to.be.at.most(24);
    const overlapping = panels.flatMap((a, at) =>
      panels.slice(at + 1).flatMap((b) => (overlaps(a, b) ? [`${a.title} and ${b.title}`] : [])),
    );
    expect(overlapping).to.deep.equal([]);
  });

  it('says of every panel what it shows and in which unit', () => {
    const charts = dashboard.panels.filter(({ type }) => type !== 'row');
    for (const { title, description = '', fieldConfig } of charts) {
      expect(description, title).to.have.length.of.at.least(10);
      expect(fieldConfig?.defaults.unit, title).to.be.a('string');
    }
  });

  it('is of one version', () => {
    const chart = parse(read('helm/handspring/Chart.yaml')) as Record<string, string>;
    expect([chart['version'], chart['appVersion']]).to.deep.equal([VERSION, VERSION]);
  });
});

function overlaps({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
