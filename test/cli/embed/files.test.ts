import { expect } from 'chai';
import { photoFiles } from '../../../src/cli/embed/files.js';
import { resolveSources } from '../../../src/photos/sources.js';
import { makeFolder } from '../../support/folder.js';

describe('photoFiles', () => {
  it('names photos by their paths, reads them when their turn comes, and tells what is passed over', async () => {
    const made = await makeFolder({ 'a.jpg': 'a', 'below/b.png': 'longer than five', 'notes.txt': 'none' });
    const passed: string[] = [];
    const sources = await resolveSources([made.folder]);
    const options = { sources, isOwn: (path: string) => path !== 'c.jpg', maxImageBytes: 5 };
    const loaded: Record<string, string> = {};
    for await (const request of photoFiles({
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
      'below/b.png': 'expected an image of at most 5 bytes (MAX_IMAGE_BYTES), received 16',
    });
    expect(passed).to.deep.equal(['notes.txt']);
  });
});
