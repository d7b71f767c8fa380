import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { PendingContent } from '../../../src/core/embedder.js';
import { openAddresses, usePhotoServers } from './photo-servers.js';
import type { Asking } from './photo-servers.js';

const PHOTO = Buffer.from('a photo');
const never = () => new AbortController().signal;

describe('images behind addresses', () => {
  const { start } = usePhotoServers();

  describe('take turns', () => {
    /** A server that answers when told, with the number it works on at once. */
    async function holding(hosts: readonly string[], options: Partial<Asking> = {}) {
      const waiting: (() => void)[] = [];
      const server = await start((_request, response) => void waiting.push(() => response.end(PHOTO)));
      const origin = (host: string) => `http://${host}:${server.port}/`;
      const opened = openAddresses({
        hosts: hosts.map((host) => `private:${origin(host).slice(0, -1)}`).join(),
        names: Object.fromEntries(hosts.map((host) => [host, [['127.0.0.1']]])),
        ...options,
      });
      /** How many have come once so many have, and a moment later: more would be too many. */
      const arrive = async (expected: number) => {
        for (let turn = 0; turn < 500 && waiting.length < expected; turn++) await sleep(20);
        await sleep(60);
        return waiting.length;
      };
      return { opened, origin, waiting, arrive };
    }
    const load = ({ load }: PendingContent) => load({ signal: never(), urgent: false });
    const HOSTS = Array.from({ length: 8 }, (_, at) => `h${at}.test`);

    it('four at once of a request, until they are prepared', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS);
      const request = opened.request();
      const loads = HOSTS.map((host) => load(request(origin(host))));
      expect(await arrive(4)).to.equal(4);
      waiting.forEach((answer) => answer());
      const loaded = await Promise.all(loads.slice(0, 4));
      expect(await arrive(4)).to.equal(4);
      loaded.forEach(({ release }) => release());
      expect(await arrive(8)).to.equal(8);
      waiting.forEach((answer) => answer());
      await Promise.all(loads);
    });

    it('four at once of a host', async () => {
      const { opened, origin, waiting, arrive } = await holding(['h0.test']);
      const loads = HOSTS.map((_, at) => load(opened.request(`caller ${at}`)(origin('h0.test'))));
      expect(await arrive(4)).to.equal(4);
      waiting.forEach((answer) => answer());
      expect(await arrive(8)).to.equal(8);
      waiting.forEach((answer) => answer());
      await Promise.all(loads);
    });

    it('eight at once of a caller, sixteen of all', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS);
      const all = HOSTS.flatMap((host) => Array.from({ length: 4 }, () => origin(host)));
      const mine = all.slice(0, 12).map((address) => load(opened.request('me')(address)));
      expect(await arrive(8)).to.equal(8);
      const others = all.slice(12).map((address, at) => load(opened.request(`other ${at}`)(address)));
      expect(await arrive(16)).to.equal(16);
      const ended = Promise.all([...mine, ...others].map(async (one) => (await one).release()));
      for (let answered = 0; answered < 32;) {
        await arrive(answered + 1);
        for (const answer of waiting.slice(answered)) answer();
        answered = waiting.length;
      }
      await ended;
    });

    it('wait in a bounded number: beyond it requests are refused, but for the only one', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS, { maxWaiting: 3 });
      const request = opened.request();
      const loads = HOSTS.slice(0, 5).map((host) => load(request(origin(host))));
      await arrive(4);
      const refused = await load(opened.request('other')(origin('h7.test'))).catch((error: unknown) => error);
      expect(refused).to.include({ code: 'overloaded', limit: 'MAX_PENDING_ITEMS' });
      const ended = Promise.all(loads.map(async (one) => (await one).release()));
      for (let answered = 0; answered < 5;) {
        await arrive(answered + 1);
        for (const answer of waiting.slice(answered)) answer();
        answered = waiting.length;
      }
      await ended;
      const next = load(opened.request('other')(origin('h7.test')));
      expect(await arrive(6)).to.equal(6);
      waiting.at(-1)?.();
      await next;
    });

    it('give theirs up when the caller goes while it waits', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS);
      const caller = new AbortController();
      setMaxListeners(0, caller.signal); // as of a request
      const request = opened.request();
      const loads = HOSTS.map((host) => request(origin(host)).load({ signal: caller.signal, urgent: false }));
      await arrive(4);
      caller.abort(new Error('gone'));
      await Promise.allSettled(loads);
      const next = HOSTS.slice(0, 4).map((host) => load(opened.request()(origin(host))));
      expect(await arrive(8)).to.equal(8);
      waiting.forEach((answer) => answer());
      await Promise.all(next);
    });
  });
});
