import { expect } from 'chai';
import { mediaFiles } from '../../../src/cli/embed/files.js';
import { sizesOf } from '../../../src/cli/embed/sizes.js';
import { resolveSources } from '../../../src/photos/sources.js';
import { makeFolder } from '../../support/folder.js';

const LIMITS = { maxImageBytes: 5, maxSoundSeconds: 1, maxTextChars: 9 };

describe('mediaFiles', () => {
  it('names photos by their paths, reads them when their turn comes, and tells what is passed over', async () => {
    const made = await makeFolder({
      'a.jpg': 'a',
      'below/b.png': 'longer than five',
      'notes.txt': 'none',
      'bark.wav': 'wau',
    });
    const passed: string[] = [];
    const sources = await resolveSources([made.folder]);
    const options = {
      sources,
      isOwn: (path: string) => path !== 'c.jpg',
      modalities: ['image', 'text'],
      sizes: sizesOf(LIMITS),
    };
    const loaded: Record<string, string> = {};
    for await (const request of mediaFiles({
      ...options,
      onPassed: (path) => void passed.push(path),
    })) {
      loaded[request.name] = await request.load().then(
        ({ modality, content }) => `${modality} ${String((content as Uint8Array).length)}`,
        ({ message }: Error) => message,
      );
    }
    await made.remove();
    expect(loaded).to.deep.equal({
      'a.jpg': 'image 1',
      'below/b.png': 'below/b.png: expected an image of at most 5 bytes (MAX_IMAGE_BYTES), received 16',
    });
    expect(passed.sort()).to.deep.equal(['bark.wav', 'notes.txt']);
  });

  it('takes sounds where there is a tower for them, and no photos where there is none', async () => {
    const made = await makeFolder({ 'a.jpg': 'a', 'bark.wav': 'wau' });
    const sources = await resolveSources([made.folder]);
    const loaded: unknown[] = [];
    const options = { sources, isOwn: () => true, sizes: sizesOf(LIMITS), onPassed: () => undefined };
    for await (const request of mediaFiles({ ...options, modalities: ['audio'] }))
      loaded.push((await request.load()).modality, request.named, request.bytes);
    await made.remove();
    expect(loaded).to.deep.equal(['audio', { file: 'bark.wav' }, 3]);
  });
});
