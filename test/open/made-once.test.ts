import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { madeOnce } from '../../src/open/made-once.js';
import { makeFolder } from '../support/folder.js';

describe('what is made once', () => {
  let parent: Awaited<ReturnType<typeof makeFolder>>;
  let folder: string;
  let kept: string | undefined;
  beforeEach(async () => {
    parent = await makeFolder({ 'a-file': '' });
    folder = path.join(parent.folder, 'cache', 'tower');
    kept = undefined;
  });
  afterEach(() => parent.remove());

  const once = (
    make: (stop: AbortSignal) => Promise<string>,
    changes: { folder?: string; stop?: AbortSignal } = {},
  ) => madeOnce({ folder, kept: () => Promise.resolve(kept), make, ...changes });

  it('is not made, and nothing written, where it is kept', async () => {
    kept = 'kept';
    expect(await once(() => Promise.reject(new Error('made')))).to.equal('kept');
    expect(await readdir(parent.folder)).to.deep.equal(['a-file']);
  });

  it('is made by the first of two, while the second waits for it', async () => {
    let made = 0;
    const make = () => Promise.resolve((kept = `made ${++made}`));
    expect(await Promise.all([once(make), once(make)])).to.deep.equal(['made 1', 'made 1']);
  });

  it('finds no leftovers of one that was ended', async () => {
    await once(() => Promise.resolve(''));
    await writeFile(path.join(folder, 'int8.onnx.1.part'), 'half');
    let seen: string[] = [];
    await once(async () => ((seen = await readdir(folder)), ''));
    expect(seen.filter((name) => name.endsWith('.part'))).to.deep.equal([]);
  });

  it('is given up on the signal, and so is its making', async () => {
    const stop = new AbortController();
    let given: AbortSignal | undefined;
    const making = once(
      (signal) => ((given = signal), stop.abort(new Error('told to stop')), new Promise(() => undefined)),
      {
        stop: stop.signal,
      },
    );
    expect(await making.catch((error: Error) => error)).to.equal(stop.signal.reason);
    expect(given?.aborted).to.equal(true);
  });

  it('names CACHE_DIR where its folder cannot be made, and passes other errors on', async () => {
    const below = path.join(parent.folder, 'a-file', 'cache');
    const failure = await once(() => Promise.resolve(''), { folder: below }).catch((error: Error) => error);
    expect((failure as Error).message).to.match(
      /^CACHE_DIR: expected a folder that .* can be written into, received E[A-Z]+: /,
    );
    const other = new Error('too far from fp32');
    expect(await once(() => Promise.reject(other)).catch((error: Error) => error)).to.equal(other);
  });
});
