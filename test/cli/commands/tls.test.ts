import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rename, symlink } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import path from 'node:path';
import { connect } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { pino } from 'pino';
import { Agent, fetch } from 'undici';
import { openTls } from '../../../src/cli/commands/open-tls.js';
import { startServer } from '../../../src/cli/commands/start-server.js';
import type { RunningServer } from '../../../src/cli/commands/start-server.js';
import { checkCertificate } from '../../../src/cli/doctor/check-surroundings.js';
import { checkPorts } from '../../../src/cli/doctor/check-port.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { makeFolder } from '../../support/folder.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { makeCertificate, makeJunk } from '../../serve/tls/certificates.js';

describe('TLS', function () {
  this.timeout(60_000);
  let folder: string;
  let remove: () => Promise<void>;
  let first: { cert: string; key: string };
  let second: { cert: string; key: string };
  before(async () => {
    const made = await makeFolder({});
    folder = made.folder;
    remove = () => made.remove();
    first = makeCertificate(folder, 'first');
    second = makeCertificate(folder, 'second', 5);
  });
  after(() => remove());

  const silent = pino({ level: 'silent' });

  describe('of a service', () => {
    let server: RunningServer;
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    before(async () => {
      // As Kubernetes mounts a secret: files are links through a link that is swapped.
      await symlink('first', path.join(folder, '..data'));
      for (const name of ['tls.crt', 'tls.key'])
        await symlink(path.join('..data', name), path.join(folder, name));
      const flags = {
        ...{ model: fixtureFolder('clip'), host: '127.0.0.1', port: '0', grpcPort: '0', opsPort: '0' },
        tlsCert: path.join(folder, 'tls.crt'),
        tlsKey: path.join(folder, 'tls.key'),
      };
      server = await startServer(loadConfig('serve', { flags, env: {} }), log);
    });
    after(() => server.stop());

    it('is known to doctor as this service', async () => {
      const { port, grpcPort = 0 } = server;
      const place = {
        host: '127.0.0.1',
        port,
        opsPort: 'off' as const,
        grpcPort,
        tlsCert: path.join(folder, 'tls.crt'),
      };
      expect(await checkPorts(place)).to.deep.equal([
        { state: 'ok', what: `PORT ${port} is taken by this service, with clip` },
        { state: 'ok', what: `GRPC_PORT ${grpcPort} is taken by this service` },
      ]);
      for (const { what } of await checkPorts({ ...place, tlsCert: '' }))
        expect(what).to.match(/by another program$/);
    });

    const nameAt = async (port: number) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    const ports = () => [server.port, server.grpcPort ?? 0];
    const swapTo = async (name: string) => {
      await symlink(name, path.join(folder, '..next'));
      await rename(path.join(folder, '..next'), path.join(folder, '..data'));
    };
    const logged = async (words: string) => {
      while (!lines.some((line) => line.includes(words))) await new Promise((go) => setTimeout(go, 50));
    };

    it('answers https and gRPC over TLS, and operators without', async () => {
      const ca = readFileSync(first.cert);
      const dispatcher = new Agent({ connect: { ca } });
      expect(server.url).to.match(/^https:/);
      const response = await fetch(`${server.url}/vectorize`, {
        ...{ method: 'POST', body: '{"texts": ["a cat"]}', dispatcher },
      });
      expect(response.status).to.equal(200);
      await response.text();
      await dispatcher.close();
      const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createSsl(ca));
      await new Promise<void>((resolve, reject) =>
        client.waitForReady(Date.now() + 5000, (error) => (error ? reject(error) : resolve())),
      );
      client.close();
      expect((await fetch(`http://127.0.0.1:${server.opsPort}/meta`)).status).to.equal(200);
    });

    it('cuts those who come without it, and goes on', async () => {
      for (const port of ports()) {
        const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
        socket.write('GET /meta HTTP/1.1\r\nHost: x\r\n\r\n');
        socket.resume();
        await once(socket, 'close');
        expect(await nameAt(port)).to.equal('first');
      }
    });

    it('takes over a new certificate without a restart, when the link is swapped', async () => {
      await swapTo('second');
      await logged('TLS_CERT has changed');
      for (const port of ports()) expect(await nameAt(port)).to.equal('second');
    });

    it('keeps the old one when the new one cannot be used, and logs why', async () => {
      makeCertificate(folder, 'broken');
      await rename(makeJunk(folder), path.join(folder, 'broken', 'tls.key'));
      await swapTo('broken');
      await logged('what was there stays');
      for (const port of ports()) expect(await nameAt(port)).to.equal('second');
    });
  });

  const refused: readonly [title: string, files: () => object, message: RegExp][] = [
    [
      'a key of another certificate',
      () => ({ tlsCert: first.cert, tlsKey: second.key }),
      /^TLS_KEY: expected the key of/,
    ],
    [
      'a file that is no certificate',
      () => ({ tlsCert: first.key, tlsKey: first.key }),
      /^TLS_CERT: expected a certificate/,
    ],
    [
      'a file that is no key',
      () => ({ tlsCert: first.cert, tlsKey: first.cert }),
      /^TLS_KEY: expected a private key/,
    ],
    ['one file of the two', () => ({ tlsCert: first.cert, tlsKey: '' }), /^TLS_CERT, TLS_KEY: expected both/],
    ['a file that is not there', () => ({ tlsCert: '/nowhere', tlsKey: first.key }), /ENOENT/],
  ];
  for (const [title, files, message] of refused) {
    it(`is refused at the start, and told by doctor, with ${title}`, async () => {
      const options = files() as { tlsCert: string; tlsKey: string };
      const error = await openTls(options, silent).catch((caught: Error) => caught);
      expect(error).to.have.property('message').that.matches(message);
      const [finding] = await checkCertificate(options);
      expect(finding?.state).to.equal('problem');
      expect(finding?.what).to.match(message);
    });
  }

  it('is off without files', async () => {
    expect(await openTls({ tlsCert: '', tlsKey: '' }, silent)).to.equal(undefined);
    expect(await checkCertificate({ tlsCert: '', tlsKey: '' })).to.deep.equal([]);
  });

  it('is looked at by doctor: for whom, until when, and how soon that is', async () => {
    const look = async ({ cert, key }: typeof first) =>
      (await checkCertificate({ tlsCert: cert, tlsKey: key }))[0];
    expect((await look(first))?.what).to.match(/^TLS_CERT: IP Address:127\.0\.0\.1, until \d{4}-\d\d-\d\d$/);
    expect((await look(first))?.state).to.equal('ok');
    expect((await look(second))?.state).to.equal('warning');
  });
});
