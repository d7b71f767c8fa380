import { expect } from 'chai';
import { Client } from '../../bench/load/client.js';
import { runClosedLoop } from '../../bench/load/closed-loop.js';
import { runOpenLoop } from '../../bench/load/open-loop.js';
import { startTestApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';

const body = () => ({ bytes: Buffer.from('{"texts":["a"]}'), items: 1 });

describe('the loads of the benchmark', () => {
  let app: TestApp;
  let client: Client;
  before(async () => {
    app = await startTestApp();
    client = new Client(app.url);
  });
  after(async () => {
    await client.close();
    await app.close();
  });

  it('closed loop: counts answers and their times', async () => {
    const loop = { client, make: body, concurrency: 2, seconds: 1, warmUpSeconds: 0.05 };
    const { itemsPerSecond, latenciesMs } = await runClosedLoop(loop);
    expect(latenciesMs.length).to.be.greaterThan(0);
    expect(latenciesMs.every((ms) => ms > 0)).to.equal(true);
    expect(itemsPerSecond).to.be.greaterThan(0);
  });

  it('closed loop: ends with the words of a server that refuses', async () => {
    const make = () => ({ bytes: Buffer.from('{"texts":1}'), items: 1 });
    const loop = { client, make, concurrency: 1, seconds: 0.1, warmUpSeconds: 0 };
    const error = await runClosedLoop(loop).catch((e: Error) => e);
    expect(error)
      .to.have.property('message')
      .that.matches(/received 400: .*texts: expected a list/);
  });

  it('open loop: sends the same arrivals for the same seed and counts refusals', async () => {
    const run = (make: typeof body) => runOpenLoop({ client, make, rate: 200, seconds: 0.2, seed: 3 });
    const served = await run(body);
    const refused = await run(() => ({ bytes: Buffer.from('{"texts":1}'), items: 1 }));
    expect(served.refused).to.equal(0);
    expect(served.latenciesMs.length).to.be.within(20, 70);
    expect(refused.refused).to.equal(served.latenciesMs.length);
  });
});
