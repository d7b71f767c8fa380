import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { freePorts } from '../../weaviate/ports.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { startLoadBalancer } from '../support/load-balancer.js';
import type { LoadBalancer } from '../support/load-balancer.js';
import { rawRequest } from './raw-request.js';
import { runWell } from '../support/deploy-tools.js';

const TEXT = JSON.stringify({ texts: ['a harbour in the morning'] });
const ITEMS_AN_HOUR = 2;

/** All the ways to write a path that the service or nginx might take for one of its reports. */
const REPORTS = [
  '/metrics',
  '/metrics/',
  '/METRICS',
  '/%6detrics',
  '//metrics',
  '/a/../metrics',
  '/metrics?debug=1',
  '/openapi.json',
  '/OpenAPI.json/',
];

describe('nginx between other networks and a service that counts its callers', () => {
  let service: ServiceProcess | undefined;
  let balancer: LoadBalancer | undefined;
  let tls: { readonly url: string; readonly ca: Buffer };
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'edge-'));
    const [certificate, key] = [path.join(folder, 'fullchain.pem'), path.join(folder, 'privkey.pem')];
    await makeCertificate(certificate, key);
    const limits = ['--rate-limit', `${ITEMS_AN_HOUR}/h`, '--trusted-proxies', '127.0.0.1'];
    service = await startServiceProcess(limits);
    const [port = 0] = await freePorts(1);
    balancer = await startLoadBalancer([Number(new URL(service.url).port)], {
      tls: { port, certificate, key },
    });
    tls = { url: `https://127.0.0.1:${port}`, ca: await readFile(certificate) };
  });
  after(async () => {
    await balancer?.stop();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const vectorizeFrom = async (localAddress: string, forwardedFor?: string) => {
    const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    const options = { method: 'POST', localAddress, headers, body: TEXT };
    return (await rawRequest(balancer?.url ?? '', '/vectorize', options)).status;
  };

  it('counts a caller by the address that nginx sees, whatever the caller says of itself', async () => {
    const claims = ['1.1.1.1', '2.2.2.2', '3.3.3.3, 127.0.0.1', undefined];
    const statuses: number[] = [];
    for (const claim of claims) statuses.push(await vectorizeFrom('127.0.0.2', claim));
    expect(statuses).to.deep.equal([200, 200, 429, 429]);
    // Another machine has its own count, and cannot use up someone else's.
    expect(await vectorizeFrom('127.0.0.3', '127.0.0.2')).to.equal(200);
  });

  for (const report of REPORTS) {
    it(`does not pass ${report} on`, async () => {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await rawRequest(balancer?.url ?? '', report, { method });
        expect([answer.status, answer.type], method).to.deep.equal([404, 'application/json']);
        if (method === 'HEAD') continue;
        expect(JSON.parse(answer.body), method).to.deep.equal({
          error: 'answered by each replica itself, not here',
          code: 'not_found',
        });
      }
    });
  }

  it('leaves the reports of a replica to whoever reaches the replica', async () => {
    for (const report of ['/metrics', '/openapi.json'])
      expect((await rawRequest(service?.url ?? '', report)).status, report).to.equal(200);
  });

  it('answers over TLS once its lines for that are uncommented', async () => {
    const meta = await rawRequest(tls.url, '/meta', { ca: tls.ca });
    expect([meta.status, meta.type]).to.deep.equal([200, 'application/json; charset=utf-8']);
    const options = { ca: tls.ca, method: 'POST', localAddress: '127.0.0.4', body: TEXT };
    const answer = await rawRequest(tls.url, '/vectorize', options);
    expect(JSON.parse(answer.body)).to.have.property('textVectors').with.length(1);
    expect((await rawRequest(tls.url, '/metrics', { ca: tls.ca })).status).to.equal(404);
  });
});

/** A certificate for 127.0.0.1 that only its own reader trusts. */
async function makeCertificate(certificate: string, key: string): Promise<void> {
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=handspring', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await runWell('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', certificate]);
}
