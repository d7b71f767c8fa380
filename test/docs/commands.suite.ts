import { expect } from 'chai';
import { PAGES, readBlocks } from './pages.js';
import type { Block } from './pages.js';
import { Session } from './session.js';

/** What a page takes for there: of moving.md, `make_reference.py` is run against the module that serves today. */
const BEFORE: Readonly<Record<string, string>> = {
  'docs/moving.md': 'npm run serve',
  'docs/weaviate.md': 'npm run serve',
};

/** The languages in which a page tells somebody to do something. */
const COMMANDS = ['sh', 'python', 'js'];

/** Pages whose commands are tested where their servers are: test/weaviate, test/deploy, test/bench. */
const ELSEWHERE = ['weaviate/README.md', 'deploy/README.md', 'bench/README.md', 'SECURITY.md'];

for (const page of PAGES.filter((page) => !ELSEWHERE.includes(page))) {
  const blocks = readBlocks(page).filter(
    ({ language, needs, isAnswer }) => isAnswer || (needs === '' && COMMANDS.includes(language)),
  );
  if (blocks.length > 0) describe(`the commands of ${page}`, () => runAll(page, blocks));
}

function runAll(page: string, blocks: readonly Block[]): void {
  let session: Session;
  let printed = '';
  before(async () => {
    session = await Session.open();
    await session.type({ language: 'sh', text: BEFORE[page] ?? '', file: '' });
  });
  after(() => session.close());

  for (const block of blocks) {
    const [first = ''] = block.text.split('\n');
    if (block.isAnswer)
      it(`answer in line ${block.line} what is printed there`, () => expectLike(printed, block.text));
    else
      it(`work in line ${block.line}: ${first}`, async () => {
        printed = await session.type(block);
      });
  }
}

/** That an answer has the fields of the page's, and the numbers that the page has of each row, to its digits. */
function expectLike(answer: string, shown: string): void {
  const actual = JSON.parse(answer) as Record<string, number[][]>;
  const expected = JSON.parse(shown.replaceAll(', …', '')) as Record<string, number[][]>;
  expect(Object.keys(actual)).to.deep.equal(Object.keys(expected));
  for (const [field, [row = []]] of Object.entries(expected)) {
    row.forEach((number, index) => expect(actual[field]?.[0]?.[index], field).to.be.closeTo(number, 1e-4));
  }
}
