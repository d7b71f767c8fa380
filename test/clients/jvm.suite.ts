import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { readBlocks } from '../docs/pages.js';
import { buildJvmClient, runJava } from './java-programs.js';
import { Served } from './served.js';

const SOURCES = new URL('clients/jvm/src/main/java/handspring/', ROOT);

/** What the examples of the documentation comments take for there. */
const IMPORTS = [
  'handspring.*',
  'java.nio.file.Path',
  'java.time.Duration',
  'java.util.*',
  'java.util.concurrent.*',
];

/** The examples of the documentation comments, each by the file that it is in. */
const examples = readdirSync(SOURCES).flatMap((file) =>
  Array.from(
    readFileSync(new URL(file, SOURCES), 'utf8').matchAll(/<pre>\{@code\n([^]*?)\}<\/pre>/g),
    ([, text = '']) => ({ file, text: text.replace(/^ *\* ?/gm, '') }),
  ),
);

describe('the JVM client', function () {
  this.timeout(300_000);
  let served: Served;
  before(async () => {
    served = await Served.start();
  });
  after(() => served.stop());

  it('passes its own tests, against a server', () => buildJvmClient(served));

  for (const { text, line } of readBlocks('clients/jvm/README.md').filter(
    ({ language }) => language === 'java',
  )) {
    it(`does what its README shows in line ${line}`, async () => {
      expect(await runJava(served, text)).to.match(/^(0\.\d+|invalid_image 1 items\[1\]: expected .*)\n$/);
    });
  }

  it('has examples in its documentation', () => expect(examples).to.have.length.above(3));

  for (const [at, { file, text }] of examples.entries()) {
    it(`does what the documentation of ${file} shows, ${at + 1}`, async () => {
      const imports = IMPORTS.map((name) => `import ${name};`).join('\n');
      const program = `${imports}\nclass Example { public static void main(String[] args) {\n${text}\n} }`;
      expect(await runJava(served, program)).to.match(/^(0\.64\d+|384|2|invalid_image 1)\n$/);
    });
  }
});
