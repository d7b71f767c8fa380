import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { fixtureFolder } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { makeTemporaryFolder, preload, statusOf } from './faulty.js';

/** What the end may take beside SHUTDOWN_TIMEOUT: five seconds for the native code, and a busy machine. */
const LONGEST_END_MS = 15_000;

describe('the end of a service whose native code does not end', () => {
  let service: ServiceProcess;
  let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => {
    temporary = await makeTemporaryFolder();
    execFileSync('mkfifo', [path.join(temporary.folder, 'pipe')]);
  });
  afterEach(async () => {
    await service.stop();
    await temporary.remove();
  });

  const start = async (shutdownTimeout: string) => {
    service = await startServiceProcess(
      ['--model', fixtureFolder('clip'), '--shutdown-timeout', shutdownTimeout],
      { ...preload('preload-stuck-thread'), STICK_IN: temporary.folder },
    );
    expect(await statusOf(service)).to.equal(200);
  };
  const stick = async (thread: string) => {
    writeFileSync(path.join(temporary.folder, thread), '');
    if (thread === 'prepare') await Promise.all([statusOf(service), statusOf(service)]); // idle, they look at nothing
    await sleep(500);
  };
  const end = () => Promise.race([service.exited, sleep(LONGEST_END_MS, 'still running')]);

  for (const thread of ['image', 'prepare']) {
    it(`comes after SHUTDOWN_TIMEOUT (${thread} thread)`, async () => {
      await start('1s');
      await stick(thread);
      service.child.kill('SIGTERM');
      expect(await end()).to.equal('SIGKILL');
      expectLastWords();
    });

    it(`comes after a second signal (${thread} thread)`, async () => {
      await start('5m');
      await stick(thread);
      service.child.kill('SIGTERM');
      await service.logged('stopping');
      service.child.kill('SIGTERM');
      expect(await end()).to.equal('SIGKILL');
      expectLastWords();
    });
  }

  it('is the promised one where nothing is stuck', async () => {
    await start('1s');
    service.child.kill('SIGTERM');
    expect(await end()).to.equal(0);
    expect(service.log.at(-1)).to.deep.include({ msg: 'stopped', code: 0 });
  });

  function expectLastWords(): void {
    expect(service.log.map(({ msg }) => msg)).to.not.include.members(['stopped']);
    expect(service.log.at(-1)?.['msg']).to.match(/^native code is still running .*: killing it/);
  }
});
