import { readBlocks } from '../docs/pages.js';
import { Session } from '../docs/session.js';

/** A page that begins after another has started what it needs. */
const BEFORE: Readonly<Record<string, string>> = {
  'docs/import.md': 'weaviate/run',
  'docs/search.md':
    'weaviate/run\nnpm run -s handspring -- import ~/Pictures --weaviate http://localhost:8080 --collection Photo',
};

for (const page of ['README.md', ...Object.keys(BEFORE)]) {
  const blocks = readBlocks(page).filter(({ needs }) => needs === 'weaviate');

  describe(`the commands of ${page} that need a Weaviate`, () => {
    let session: Session;
    before(async () => {
      session = await Session.open();
      await session.type({ language: 'sh', text: BEFORE[page] ?? '', file: '' });
    });
    after(() => session.close());

    for (const block of blocks)
      it(`work in line ${block.line}`, async () => void (await session.type(block)));
  });
}
