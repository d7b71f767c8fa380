import { expect } from 'chai';
import { Latest } from '../../src/page/latest.js';

describe('Latest', () => {
  it('drops the outcome of older work that ends after newer work', async () => {
    const latest = new Latest();
    let endOlder: (value: string) => void = () => undefined;
    const older = latest.run(() => new Promise<string>((resolve) => (endOlder = resolve)));
    const newer = latest.run(() => Promise.resolve('newer'));
    expect(await newer).to.equal('newer');
    endOlder('older');
    expect(await older).to.equal(undefined);
  });

  it('aborts older work and swallows the error that comes of it', async () => {
    const latest = new Latest();
    const older = latest.run(
      (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    await latest.run(() => Promise.resolve());
    expect(await older).to.equal(undefined);
  });

  it('passes on the error of the newest work', async () => {
    const error = await new Latest()
      .run(() => Promise.reject(new Error('broken')))
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'broken');
  });
});
