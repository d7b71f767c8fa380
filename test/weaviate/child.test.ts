import { expect } from 'chai';
import { Child } from '../../weaviate/child.js';
import { errorOf } from '../support/weaviate-error.js';

function node(script: string): Child {
  return Child.start('the program', process.execPath, ['-e', script]);
}

describe('a program beside this one', () => {
  it('gives the first line that is wanted, from either stream', async () => {
    const child = node("console.log('one'); console.error('port 12'); setInterval(() => {}, 1000)");
    const port = await child.waitForLine((line) => /^port (\d+)$/.exec(line)?.[1]);
    await child.stop();
    expect(port).to.equal('12');
    expect(child.isRunning).to.equal(false);
  });

  it('tells with its last lines why it ended before the line came', async () => {
    const error = await errorOf(
      node("console.error('no such model'); process.exit(3)").waitForLine(() => undefined),
    );
    expect(error.message).to.equal('the program ended (exit code 3)\nno such model');
  });

  it('fails in the same way where there is no such program', async () => {
    const child = Child.start('the program', '/nowhere/program', []);
    expect((await errorOf(child.waitForLine(() => undefined))).message).to.include('ENOENT');
  });

  it('is ended for good when it does not heed the signal', async () => {
    const child = node("process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)");
    await child.waitForLine((line) => line === 'up' || undefined);
    await child.stop('SIGTERM', 50);
    expect(await child.exited).to.equal(null);
  });
});
