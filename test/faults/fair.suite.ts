import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { Pool } from 'undici';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { makeTemporaryFolder, quantile } from './faulty.js';

/** Requests that one caller keeps open all the time. */
const OPEN = 64;
const BATCH = 8;
const LIGHT_REQUESTS = 40;

describe('callers of one service', () => {
  let service: ServiceProcess;
  let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  before(async () => {
    temporary = await makeTemporaryFolder();
    const keys = path.join(temporary.folder, 'keys.json');
    const keyOf = (name: string, weight: number) => ({ name, token: `token-of-${name}`, weight });
    await writeFile(
      keys,
      JSON.stringify({ keys: [keyOf('heavy', 1), keyOf('light', 1), keyOf('heavier', 3)] }),
    );
    service = await startServiceProcess([...['--keys-file', keys, '--max-text-batch-size', String(BATCH)]]);
  });
  after(async () => {
    await service.stop();
    await temporary.remove();
  });

  /** A caller with a key: counts what it was answered. */
  function openCaller(name: string) {
    const pool = new Pool(service.url, { connections: OPEN });
    let asked = 0;
    const caller = {
      answered: 0,
      async ask() {
        const body = JSON.stringify({ texts: [`${name} asks for the ${asked++}th time, what a bear does`] });
        const headers = { authorization: `Bearer token-of-${name}` };
        const answer = await pool.request({ method: 'POST', path: '/vectorize', headers, body });
        await answer.body.dump();
        expect(answer.statusCode).to.equal(200);
        caller.answered++;
      },
      /** Keeps requests open until it is told to stop. */
      keepOpen(stop: AbortSignal) {
        return Promise.all(
          Array.from({ length: OPEN }, async () => {
            while (!stop.aborted) await caller.ask();
          }),
        );
      },
      close: () => pool.close(),
    };
    return caller;
  }

  it(`wait no longer than for two batches of one that keeps ${OPEN} requests open`, async () => {
    const [heavy, light] = [openCaller('heavy'), openCaller('light')];
    const stop = new AbortController();
    const load = heavy.keepOpen(stop.signal);
    while (heavy.answered < 2 * OPEN) await light.ask();
    const overtaken: number[] = [];
    for (let at = 0; at < LIGHT_REQUESTS; at++) {
      const before = heavy.answered;
      await light.ask();
      overtaken.push(heavy.answered - before);
    }
    stop.abort();
    await load;
    await Promise.all([heavy.close(), light.close()]);
    console.log(
      `        answers of the other meanwhile: median ${quantile(overtaken, 0.5)}, p95 ${quantile(overtaken, 0.95)}`,
    );
    // The batch under way, and the rest of its own; without turns it would be as many as are open.
    expect(quantile(overtaken, 0.95)).to.be.at.most(3 * BATCH);
  });

  it('with as much to ask are served by the weights of their keys', async () => {
    const [heavy, heavier] = [openCaller('heavy'), openCaller('heavier')];
    const stop = new AbortController();
    const load = [heavy.keepOpen(stop.signal), heavier.keepOpen(stop.signal)];
    while (heavier.answered < 5 * OPEN) await new Promise((resolve) => setTimeout(resolve, 20));
    const share = heavier.answered / heavy.answered;
    stop.abort();
    await Promise.all(load);
    await Promise.all([heavy.close(), heavier.close()]);
    expect(share).to.be.within(2.4, 3.6);
  });
});
