import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ROOT } from '../../src/core/own-module.js';
import { imageVariables } from './dockerfile.js';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly args: Readonly<Record<string, string>> };
  readonly pull_policy?: string;
  readonly user?: string;
  readonly cap_add?: readonly string[];
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
  it('builds its image once, with the model that is asked for, and takes no other of that name', () => {
    expect(own.map(([name]) => name)).to.have.members(['clip', 'import', 'page']);
    const built = own.filter(([, { build }]) => build !== undefined);
    expect(built.map(([name]) => name)).to.deep.equal(['clip']);
    expect(services['clip']?.build).to.deep.equal({ context: '.', args: { MODEL: '${MODEL:-starter}' } });
    for (const [name, { pull_policy }] of own) expect(pull_policy, name).to.equal('never');
  });

  it('has one service that loads the model, and keeps it in a volume, where the image looks for it', () => {
    expect(services['clip']?.environment?.['MODEL']).to.equal('${MODEL:-starter}');
    expect(services['clip']?.volumes).to.deep.equal([`models:${imageVariables()['CACHE_DIR']}`]);
    expect(volumes).to.have.property('models');
    for (const name of ['import', 'page']) expect(services[name], name).to.not.have.property('volumes');
  });

  it('has no port for gRPC unless it is asked for', () => {
    expect(services['clip']?.environment?.['GRPC_PORT']).to.equal('${GRPC_PORT:-off}');
  });

  it('lets what reads files of the checkout read them under any umask, and do nothing else', () => {
    const readers = Object.entries(services).filter(([, { volumes: mounted = [] }]) =>
      mounted.some((volume) => volume.startsWith('./')),
    );
    expect(readers.map(([name]) => name)).to.have.members(['prometheus', 'grafana']);
    for (const [name, service] of readers) {
      expect(service, name).to.deep.include({
        user: '0:0',
        cap_drop: ['ALL'],
        cap_add: ['DAC_OVERRIDE'],
        security_opt: ['no-new-privileges:true'],
      });
    }
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
      expect(service.mem_limit, name).to.match(/^\d+[gm]$/);
    }
  });

  it('has Weaviate keep what it was told, killed or not', () => {
    expect(services['weaviate']?.environment?.['ASYNC_INDEXING']).to.equal('true');
  });
});
