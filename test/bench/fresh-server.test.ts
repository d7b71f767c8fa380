import { expect } from 'chai';
import type { Client } from '../../bench/load/client.js';
import { measureFreshServer } from '../../bench/measure/fresh-server.js';
import { QUICK_PLAN } from '../../bench/plan.js';
import { renderFailures } from '../../bench/report/tables.js';
import { Results } from '../../bench/results.js';

describe('a server that is put through loads', () => {
  it('has its memory read before them, in the middle of each, and at its peak', async () => {
    const residents = [100, 300, 200, 50];
    let underWay = 0;
    const readings: [residentMiB: number, callers: number][] = [];
    const client = {
      send: async () => {
        underWay++;
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
      },
    } as unknown as Client;
    const memory = () => {
      const residentMiB = residents[readings.length] ?? NaN;
      readings.push([residentMiB, underWay]);
      return Promise.resolve({ residentMiB, peakMiB: 400 });
    };
    const start = () => Promise.resolve({ client, readyMs: 7, memory, stop: () => Promise.resolve() });
    const make = () => ({ bytes: Buffer.alloc(0), items: 1 });
    const loads = ['a', 'b'].map((name) => ({ name, unit: '', make, concurrency: 3 }));
    const plan = { ...QUICK_PLAN, warmUpSeconds: 0, seconds: 0.3 }; // the middle is hit on a busy machine, too
    const samples = await measureFreshServer({ name: 'S', start, loads }, plan);
    const memories = samples.filter(({ unit }) => unit === 'MiB').map(({ name, value }) => [name, value]);
    expect(memories).to.deep.equal([
      ['S/memory at rest', 100],
      ['S/memory under load', 300],
      ['S/memory at its peak', 400],
      ['S/a/memory', 300],
      ['S/b/memory', 200],
    ]);
    expect(readings.map(([, callers]) => callers > 0)).to.deep.equal([false, true, true, false]);
  });

  it('has the loads that fail named with the reason, and the others measured all the same', async () => {
    let calls = 0;
    const send = () => (++calls === 1 ? Promise.reject(new Error('expected 200, received 500')) : pause());
    const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
    const memory = () => Promise.resolve({ residentMiB: 1, peakMiB: 1 });
    const client = { send } as unknown as Client;
    const start = () => Promise.resolve({ client, readyMs: 7, memory, stop: () => Promise.resolve() });
    const make = () => ({ bytes: Buffer.alloc(0), items: 1 });
    const loads = ['bad', 'good'].map((name) => ({ name, unit: '', make, concurrency: 2 }));
    const plan = { ...QUICK_PLAN, warmUpSeconds: 0, seconds: 0.02 };
    const results = new Results();
    results.add(await measureFreshServer({ name: 'S', start, loads }, plan));
    expect([...results.failures]).to.deep.equal(['S/bad: expected 200, received 500']);
    expect(results.median('S/good')).to.be.greaterThan(0);
    expect(renderFailures(results)[0]).to.equal('**Failed**: S/bad: expected 200, received 500');
  });
});
