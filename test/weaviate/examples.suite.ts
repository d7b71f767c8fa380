import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { pythonWith } from '../support/python-environment.js';
import { hasCommand } from '../support/weaviate-toolchain.js';

const at = (relative: string) => fileURLToPath(new URL(relative, ROOT));
const EXAMPLES = at('weaviate/examples');
const PHOTOS = at('samples');
/** Not the name that the pages import into: another schema. */
const COLLECTION = 'ExamplePhoto';
const CAT = 'chelsea the cat';
const FIRST_PHOTO = 'acanthus mollis';
const PHOTO_COUNT = 19;

/** The first build of the Go example and the first Python environment fetch and compile their packages. */
const TOOLCHAIN_TIMEOUT_MS = 600_000;

describe('the examples', function () {
  this.timeout(TOOLCHAIN_TIMEOUT_MS);
  let stack: Stack;
  before(async () => {
    stack = await startStack({ model: MODELS.starter });
  });
  beforeEach(async () => {
    if (await stack.client.collections.exists(COLLECTION))
      throw new Error(`a collection ${COLLECTION} is there already`);
  });
  afterEach(() => stack.client.collections.delete(COLLECTION));
  after(() => stack?.stop());

  /** What the example prints, run with the folder of photos and a query. */
  async function output(command: string, args: readonly string[], cwd = EXAMPLES): Promise<string> {
    const { hostname } = new URL(stack.url);
    const env = {
      ...process.env,
      WEAVIATE_HOST: hostname,
      WEAVIATE_PORT: String(stack.httpPort),
      WEAVIATE_GRPC_PORT: String(stack.grpcPort),
    };
    const { stdout } = await promisify(execFile)(command, [...args, PHOTOS, 'a cat'], { cwd, env });
    return stdout;
  }

  async function expectFound(byWords: string[], byImage: string[]): Promise<void> {
    expect(byWords).to.have.length(3);
    expect(byWords[0]).to.equal(CAT);
    expect(byImage[0]).to.equal(FIRST_PHOTO);
    expect(await stack.client.collections.use(COLLECTION).length()).to.equal(PHOTO_COUNT);
  }

  /** The titles under the two headings of the TypeScript, Python and Go examples. */
  async function expectPrinted(printed: string): Promise<void> {
    const titles = Array.from(printed.matchAll(/^ {2}-?\d\.\d{3} (.+)$/gm), ([, title]) => title ?? '');
    expect(printed).to.match(/^photos of "a cat":\n( .*\n){3}photos like acanthus-mollis\.jpg:\n( .*\n){2}$/);
    await expectFound(titles.slice(0, 3), titles.slice(3));
  }

  it('in TypeScript finds the cat, and again when it is run again', async () => {
    const tsx = at('node_modules/.bin/tsx');
    await expectPrinted(await output(tsx, ['typescript/search.ts']));
    await expectPrinted(await output(tsx, ['typescript/search.ts']));
  });

  it('in Python finds the cat', async function () {
    if (!(await hasCommand('python3', '--version'))) this.skip();
    const python = await pythonWith(await readFile(`${EXAMPLES}/python/requirements.txt`, 'utf8'));
    await expectPrinted(await output(python, ['python/search.py']));
  });

  it('in Go finds the cat', async function () {
    if (!(await hasCommand('go', 'version'))) this.skip();
    await expectPrinted(await output('go', ['run', '.'], `${EXAMPLES}/go`));
  });

  it('with curl and GraphQL finds the cat', async function () {
    if (!(await hasCommand('curl', '--version'))) this.skip();
    const printed = await output('sh', ['curl/search.sh']);
    const [byWords = [], byImage = []] = printed.trim().split('\n').map(titlesOf);
    await expectFound(byWords, byImage);
  });
});

function titlesOf(answer: string): string[] {
  const { data } = JSON.parse(answer) as { data: { Get: Record<string, { title: string }[]> } };
  return (data.Get[COLLECTION] ?? []).map(({ title }) => title);
}
