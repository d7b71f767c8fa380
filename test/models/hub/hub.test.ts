import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createHub } from '../../../src/models/hub/hub.js';
import type { Hub } from '../../../src/models/hub/hub.js';
import { parseRetryAfter, statusError } from '../../../src/models/hub/hub-status.js';
import { TransientError } from '../../../src/core/retry.js';
import { endless } from '../../support/hub.js';
import type { StandInHub } from '../../support/hub.js';
import { rejection } from '../../support/rejection.js';
import { REPOSITORY, startTinyHub } from '../../support/tiny-model.js';

describe('the hub client', () => {
  let standIn: StandInHub;
  let stop: () => Promise<void>;
  const hubs: Hub[] = [];
  beforeEach(async () => ({ hub: standIn, stop } = await startTinyHub()));
  afterEach(async () => {
    for (const hub of hubs.splice(0)) await hub.close();
    await stop();
  });

  const client = (settings: Partial<Parameters<typeof createHub>[0]> = {}) => {
    const hub = createHub({ endpoint: standIn.endpoint, stallMs: 500, ...settings });
    hubs.push(hub);
    return hub;
  };
  const read = async (hub: Hub, path = 'onnx/vision_model.onnx') => {
    const answer = await hub.open(REPOSITORY, standIn.head, path, 0);
    let bytes = 0;
    for await (const chunk of answer.body) bytes += chunk.length;
    return bytes;
  };

  it('lists a revision with the commit it stands for, whether or not the endpoint ends in a slash', async () => {
    const { commit, paths } = await client({ endpoint: `${standIn.endpoint}/` }).list(REPOSITORY, 'main');
    expect(commit).to.equal(standIn.head);
    expect(paths).to.include('onnx/text_model.onnx');
  });

  it('sends the token to the hub and never to the host it redirects to', async () => {
    standIn.requiredToken = 'secret';
    expect(await read(client({ token: 'secret' }))).to.equal(3_000_000);
    const sent = standIn.seen.map(({ at, authorization }) => [at, authorization]);
    expect(sent).to.deep.equal([
      ['hub', 'Bearer secret'],
      ['hub', 'Bearer secret'],
      ['storage', undefined],
    ]);
  });

  it('asks for a token when a repository needs one, and names access when one was sent', async () => {
    standIn.requiredToken = 'secret';
    expect((await rejection(read(client()), 'forbidden')).message).to.include('set HF_TOKEN');
    const { message } = await rejection(read(client({ token: 'another' })), 'forbidden');
    expect(message).to.include('access').and.not.include('another');
  });

  it('refuses a redirect to nowhere, in a circle, or away from the web', async () => {
    standIn.redirectTo = () => 'ftp://127.0.0.1/x';
    expect((await rejection(read(client()), 'network')).message).to.include('ftp:');
    standIn.redirectTo = () => '/cached/onnx%2Fvision_model.onnx';
    expect((await rejection(read(client()), 'network')).message).to.include('redirects');
  });

  it('fails transiently when nothing listens or the answer is not what a hub sends', async () => {
    const refused = client({ endpoint: 'http://127.0.0.1:1' });
    expect(await refused.list(REPOSITORY, 'main').catch((error: unknown) => error)).to.be.instanceOf(
      TransientError,
    );
    const sha = 'a'.repeat(40);
    for (const listing of [
      ...['<html>Sign in</html>', '{"error":"busy"}', 'null', '[]'],
      ...[[null], [1], [{}], [{ rfilename: null }]].map((siblings) => JSON.stringify({ sha, siblings })),
      JSON.stringify({ sha: '../../..', siblings: [] }),
    ]) {
      standIn.listing = listing;
      const error: unknown = await client()
        .list(REPOSITORY, 'main')
        .catch((reason: unknown) => reason);
      expect(error, listing).to.be.instanceOf(TransientError);
    }
  });

  it('reads no file list without end', async () => {
    let sent = 0;
    standIn.listing = endless(Buffer.alloc(1 << 20, 'a'), (bytes) => (sent += bytes));
    const { message } = await rejection(client().list(REPOSITORY, 'main'), 'network');
    expect(message).to.match(/^127\.0\.0\.1:\d+: expected a file list of at most 16\.8 MB, received more$/);
    expect(sent).to.be.lessThan(40_000_000);
  });

  it('goes through the proxy that is set, and past it for the hosts excepted', async () => {
    const proxy = await startProxy();
    try {
      expect(await read(client({ proxy: { httpProxy: proxy.url } }))).to.equal(3_000_000);
      expect(proxy.targets).to.include(new URL(standIn.endpoint).host);
      expect(proxy.targets).to.include(new URL(standIn.storage).host);
      proxy.targets.length = 0;
      expect(await read(client({ proxy: { httpProxy: proxy.url, noProxy: '127.0.0.1' } }))).to.equal(
        3_000_000,
      );
      expect(proxy.targets).to.deep.equal([]);
    } finally {
      // Tunnels are the clients': the proxy is free to end once they are gone.
      for (const hub of hubs.splice(0)) await hub.close();
      await proxy.stop();
    }
  });

  it('tries again on 408, 425, 429 and every 5xx, and on no other status', () => {
    const target = { repository: REPOSITORY, revision: 'main', authorised: false };
    const transient = (status: number) => statusError(status, undefined, target) instanceof TransientError;
    expect([408, 425, 429, 500, 502, 503, 504].every(transient)).to.equal(true);
    expect([400, 401, 403, 404, 410, 451].some(transient)).to.equal(false);
    expect(statusError(206, undefined, target)).to.equal(undefined);
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2024-05-01T00:00:00Z');
    expect(parseRetryAfter('5', now)).to.equal(5_000);
    expect(parseRetryAfter('Wed, 01 May 2024 00:00:30 GMT', now)).to.equal(30_000);
    expect(parseRetryAfter('soon', now)).to.equal(0);
    expect(parseRetryAfter(undefined, now)).to.equal(0);
  });
});

/** A forward proxy that tunnels, and notes where to. */
async function startProxy() {
  const targets: string[] = [];
  const server: Server = createServer((_, res) => res.writeHead(501).end());
  server.on('connect', (req, socket, head) => {
    targets.push(req.url!);
    const { hostname, port } = new URL(`http://${req.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets, stop };
}
