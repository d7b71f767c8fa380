import { expect } from 'chai';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { startLoadBalancer } from './load-balancer.js';
import type { LoadBalancer } from './load-balancer.js';
import { rawRequest } from './raw-request.js';

const TEXT = JSON.stringify({ texts: ['a harbour in the morning'] });
const ITEMS_AN_HOUR = 2;

describe('nginx between other networks and a service that counts its callers', () => {
  let service: ServiceProcess | undefined;
  let balancer: LoadBalancer | undefined;

  before(async () => {
    const limits = ['--rate-limit', `${ITEMS_AN_HOUR}/h`, '--trusted-proxies', '127.0.0.1'];
    service = await startServiceProcess(limits);
    balancer = await startLoadBalancer([Number(new URL(service.url).port)]);
  });
  after(async () => {
    await balancer?.stop();
    await service?.stop();
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
});
