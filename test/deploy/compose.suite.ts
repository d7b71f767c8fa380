import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ROOT } from '../../src/core/own-module.js';
import { runWell } from '../support/deploy-tools.js';

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly profiles?: readonly string[]; readonly volumes?: readonly string[] }>
  >;
}

describe('the compose file', () => {
  let services: Compose['services'];
  before(async () => {
    const file = fileURLToPath(new URL('docker-compose.yml', ROOT));
    const printed = await runWell('docker-compose', ['--file', file, '--profile', 'observe', 'config']);
    ({ services } = parse(printed) as Compose);
  });

  it('starts Prometheus and Grafana under the profile observe only', () => {
    const observing = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('observe'));
    expect(observing.map(([name]) => name)).to.have.members(['prometheus', 'grafana']);
  });

  it('mounts files and folders that are there', () => {
    const sources = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => source.startsWith('/'));
    expect(sources).to.have.length.of.at.least(3);
    expect(sources.filter((source) => !existsSync(source))).to.deep.equal([]);
  });
});
