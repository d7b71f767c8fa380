import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ROOT } from '../../src/core/own-module.js';
import { imageVariables } from './dockerfile.js';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly healthcheck?: { readonly start_period?: string };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const { services, volumes } = parse(readFileSync(new URL('docker-compose.yml', ROOT), 'utf8'), {
  merge: true,
}) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
};
const own = Object.entries(services).filter(([, { image }]) => image === 'handspring');

describe('the compose file', () => {
  it('keeps models in one volume, where the image looks for them', () => {
    expect(own.map(([name]) => name)).to.have.members(['clip', 'import', 'page']);
    for (const [name, service] of own) {
      expect(service.volumes, name).to.include(`models:${imageVariables()['CACHE_DIR']}`);
    }
    expect(volumes).to.have.property('models');
  });

  it('waits for a first download before it calls the module unhealthy', () => {
    expect(services['weaviate']?.depends_on?.['clip']?.condition).to.equal('service_healthy');
    expect(services['clip']?.healthcheck?.start_period).to.match(/^\d+h$/);
  });

  it('gives its own services no rights, and nothing to write to but their cache and a folder for temporary files', () => {
    for (const [name, service] of own) {
      expect(service.read_only, name).to.equal(true);
      expect(service.cap_drop, name).to.deep.equal(['ALL']);
      expect(service.security_opt, name).to.deep.equal(['no-new-privileges:true']);
      expect(service.mem_limit, name).to.match(/^\dg$/);
    }
  });

  it('has Weaviate keep what it was told, killed or not', () => {
    expect(services['weaviate']?.environment?.['ASYNC_INDEXING']).to.equal('true');
  });

  it('takes another model, for all that load one', () => {
    for (const name of ['clip', 'page']) {
      expect(services[name]?.environment?.['MODEL'], name).to.equal('${MODEL:-starter}');
    }
  });
});
