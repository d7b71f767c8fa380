import { expect } from 'chai';
import { startContractServer } from '../../bench/measure/contract-server.js';

/** A server that is not ready at first, has a child process, and answers every request with its name. */
const STAND_IN = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
  process.once('SIGTERM', () => { child.kill(); process.exit(0); });
  let asked = 0;
  const server = require('node:http').createServer((request, response) => {
    if (request.url === '/.well-known/ready') return response.writeHead(++asked < 3 ? 503 : 204).end();
    response.end(String(asked) + ' ' + process.env.NAME + ' ' + process.env.HOME);
  });
  child.stdout.once('data', () => server.listen(Number(process.argv[1]), '127.0.0.1'));
`;
const standIn = (script: string) => (port: number) => [process.execPath, '-e', script, String(port)];

describe('a server of the contract that is measured', () => {
  it('is waited for until it says that it is ready, in an environment of its own', async () => {
    const server = await startContractServer({
      name: 'stand-in',
      command: standIn(STAND_IN),
      env: { NAME: 'mine' },
    });
    try {
      expect(await server.client.get('/')).to.equal('3 mine undefined');
      expect(server.readyMs).to.be.greaterThan(0);
    } finally {
      await server.stop();
    }
  });

  it('is measured with all its processes', async function () {
    if (process.platform !== 'linux') return this.skip();
    const server = await startContractServer({ name: 'stand-in', command: standIn(STAND_IN) });
    try {
      // A Node.js process has some 40 MiB: two have more than any one of these.
      const { residentMiB, peakMiB } = await server.memory();
      expect(residentMiB).to.be.greaterThan(65);
      expect(peakMiB).to.be.at.least(residentMiB);
    } finally {
      await server.stop();
    }
  });

  it('that ends before it is ready is an error with its last words', async () => {
    const command = standIn("console.error('no such model'); process.exit(3)");
    const error = await startContractServer({ name: 'stand-in', command }).catch((cause: unknown) => cause);
    expect((error as Error).message).to.equal('stand-in ended before it was ready:\nno such model');
  });

  it('whose program is not there is an error that says so', async () => {
    const command = () => ['no-such-program'];
    const error = await startContractServer({ name: 'stand-in', command }).catch((cause: unknown) => cause);
    expect((error as Error).message).to.match(
      /^stand-in ended before it was ready:\n.*no-such-program ENOENT/,
    );
  });
});
