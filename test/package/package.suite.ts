import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { NODE_RANGE } from '../../src/core/version.js';
import { searchPageUrl } from '../browser/demo-process.js';
import { readBlocks, readPage } from '../docs/pages.js';
import { UserFolder } from './packed.js';

const PROGRAM = 'node_modules/handspring/dist/src/cli/main.js';
const LEAST = `${NODE_RANGE.replace('>=', '')}.0`;

const versionOf = (name: string) =>
  (
    JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8')) as {
      version: string;
    }
  ).version;

/** What a program that uses the library has to hear from its compiler: strict, and no type of another package missing. */
const STRICT = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', 'false'];

describe('the package', function () {
  this.timeout(180_000);
  let user: UserFolder;
  before(async () => {
    user = await UserFolder.open();
  });
  after(() => user.close());

  it('holds what a user needs, and nothing of tests, benches and sources', async () => {
    const { files } = await user.contents();
    for (const file of [
      'LICENSE',
      'README.md',
      'dist/src/index.js',
      'dist/types/index.d.ts',
      'dist/src/page/index.html',
    ])
      expect(files).to.include(file);
    for (const file of [
      'models/catalogue.json',
      'models/starter/NOTICE',
      'samples/CREDITS.md',
      'docs/configuration.md',
    ])
      expect(files).to.include(file);
    const others = files.filter(
      (file) =>
        !/^(dist\/(src|types)\/|models\/|samples\/|docs\/[\w-]+\.(md|png)$|[A-Z]+(\.md)?$|package\.json$)/.test(
          file,
        ) || /\.map$|\.test\.|\.suite\.|fixtures|\.py$|(?<!\.d)\.ts$/.test(file),
    );
    expect(others).to.deep.equal([]);
  });

  it('is as large as the README says', async () => {
    const { bytes } = await user.contents();
    const [, megabytes] = /package of (\d+) MB/.exec(readPage('README.md')) ?? [];
    expect(bytes / 1e6).to.be.closeTo(Number(megabytes), 1);
  });

  describe('installed without install scripts, in a folder of its own', () => {
    before(() =>
      user.install(
        user.tarball,
        `typescript@${versionOf('typescript')}`,
        `@types/node@${versionOf('@types/node')}`,
      ),
    );

    it('names no place of the checkout', async () => {
      const found = user.run('grep', ['-rlF', path.resolve(fileURLToPath(ROOT)), 'node_modules/handspring']);
      expect(await found.catch((error: { code: number }) => error.code)).to.equal(1); // grep's way to say nothing
    });

    it('shows the search page: npx handspring demo', async () => {
      const demo = ['--no-install', 'handspring', 'demo', '--port', '0'];
      await user.during('npx', demo, searchPageUrl, async (url) => {
        expect(await (await fetch(url)).text()).to.include('<title>');
      });
    });

    it('has types that need no other package: with those of Node, and with those of browsers', async () => {
      await user.write(
        'types.ts',
        `import { open } from 'handspring';\nexport const dimensions = async () => (await open('starter')).facts.dimensions satisfies number;\n`,
      );
      const tsc = ['node_modules/typescript/bin/tsc', ...STRICT, '--noEmit'];
      await user.run(process.execPath, [...tsc, '--types', 'node', 'types.ts']);
      await user.write(
        'tsconfig.json',
        JSON.stringify({
          compilerOptions: {
            types: [],
            lib: ['ES2022', 'DOM', 'DOM.AsyncIterable', 'ESNext.Disposable'],
            strict: true,
            module: 'nodenext',
            skipLibCheck: false,
            noEmit: true,
          },
          files: ['types.ts'],
        }),
      );
      await user.run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']);
    });

    it("skips the download of GPU libraries where ONNX Runtime's script is told to", () =>
      user.run('npm', ['rebuild', 'onnxruntime-node'], { ONNXRUNTIME_NODE_INSTALL: 'skip' }));

    describe("runs the README's program, compiled from TypeScript,", () => {
      before(async () => {
        const [program] = readBlocks('README.md').filter(({ text }) => text.includes("from 'handspring'"));
        const text = program!.text.replaceAll("'samples/", "'node_modules/handspring/samples/");
        await user.write('program.ts', text);
        await user.run(process.execPath, [
          'node_modules/typescript/bin/tsc',
          ...STRICT,
          '--types',
          'node',
          'program.ts',
        ]);
      });

      for (const version of [LEAST, '22', '24']) {
        it(`on Node ${version}`, async () => {
          // `2>&1`: nothing is printed beside, such as a warning of Node's.
          const printed = await user.run('sh', ['-c', '"$0" program.js 2>&1', await user.node(version)]);
          expect(Number(printed), printed).to.be.closeTo(0.647, 0.001);
        });
      }

      it('and reads nothing outside of its folder', async () => {
        const may = ['--permission', `--allow-fs-read=${user.folder}`, '--allow-addons', '--allow-worker'];
        const node = await user.node('24');
        expect(Number(await user.run(node, [...may, 'program.js']))).to.be.closeTo(0.647, 0.001);
      });
    });

    it(`is a program without a warning on Node ${LEAST}`, async () => {
      const printed = user.run('sh', ['-c', '"$0" "$@" 2>&1', await user.node(LEAST), PROGRAM, '--version']);
      expect(await printed).to.match(/^\d+\.\d+\.\d+\n$/);
    });

    for (const version of ['18.20.0', '20.8.1']) {
      const needs = `handspring needs Node ${NODE_RANGE.replace('>=', '')} or newer, this is ${version}\n`;

      it(`says on Node ${version} which one it needs`, async () => {
        const failure = user.run(await user.node(version), [PROGRAM, 'demo']);
        const { code, stderr } = await failure.then(
          () => expect.fail('it ran'),
          (error: { code: number; stderr: string }) => error,
        );
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: needs });
      });

      it(`and says so to a program that imports it`, async () => {
        await user.write(
          'old.mjs',
          "await import('handspring').catch((error) => console.log(error.message));",
        );
        expect(await user.run(await user.node(version), ['old.mjs'])).to.equal(needs);
      });
    }
  });
});
