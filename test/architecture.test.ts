import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../src/core/own-module.js';

const SRC = fileURLToPath(new URL('src/', ROOT));

/** Each room of `src` with what it may import beside itself: rooms, or folders in them. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  onnx: ['core'],
  models: ['core'],
  towers: ['core', 'models'],
  convert: ['core', 'onnx', 'models'],
  open: ['core', 'onnx', 'models', 'towers'],
  photos: ['core', 'towers/image', 'towers/audio', 'towers/video', 'towers/media'],
  serve: ['core', 'photos', 'page'], // serves the page's files
  page: ['photos/index'], // the types of what it is answered, and nothing that runs
  cli: ['core', 'onnx', 'models', 'towers', 'convert', 'open', 'photos', 'serve', 'page', 'index.ts'],
  'index.ts': ['core', 'onnx', 'models', 'towers', 'open', 'photos', 'serve'],
};

/** What still goes the wrong way. Only ever shorter. */
const STILL_WRONG: readonly string[] = [];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Imports of every kind, files that are started as threads or processes and folders that are served included. */
const SPECIFIER =
  /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]|new URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url/g;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

/** What the files below `folder` import, as paths from there; what lies outside of it begins with `..`. */
function readImports(folder: string): Import[] {
  return filesIn(folder).flatMap((from) => {
    const source = readFileSync(path.join(folder, from), 'utf8');
    return Array.from(source.matchAll(SPECIFIER), ([, imported, started]) => ({
      from,
      to: path.normalize(path.join(path.dirname(from), imported ?? started ?? '')).replace(/\.js$/, '.ts'),
    }));
  });
}

const roomOf = (file: string) => file.split(path.sep)[0] ?? '';
const isIn = (file: string, place: string) => file === place || file.startsWith(place + path.sep);

describe('the structure of src', () => {
  const imports = readImports(SRC).filter(({ to }) => !to.startsWith('..'));

  it('has a room for every file, and index.ts alone outside of them', () => {
    const rooms = new Set(filesIn(SRC).map(roomOf));
    rooms.add('index.ts');
    expect([...rooms].sort()).to.deep.equal(Object.keys(MAY_IMPORT).sort());
  });

  it('keeps the direction of imports between rooms', () => {
    const wrong = imports
      .filter(({ from, to }) => roomOf(from) !== roomOf(to))
      .filter(({ from, to }) => !MAY_IMPORT[roomOf(from)]?.some((place) => isIn(to, place)))
      .map(({ from, to }) => `${from} → ${to}`);
    expect([...new Set(wrong)].sort()).to.deep.equal([...STILL_WRONG].sort());
  });

  it('starts threads and processes from where they are found without a build too', () => {
    const started =
      /(?:(?<before>\w+)(?:<[^>()]*>)?\(\s*)?new URL\(\s*['"`][^'"`]+\.js['"`],\s*import\.meta\.url/g;
    // `runJobsOf` hands its address to a process that imports it, which finds sources by itself.
    const helpers = ['ownModule', 'runArguments', 'runJobsOf'];
    const wrong = ['src', 'test', 'bench', 'weaviate'].flatMap((folder) =>
      filesIn(fileURLToPath(new URL(folder, ROOT))).flatMap((file) => {
        const source = readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8').replace(
          /^ *(\/?\*|\/\/).*$/gm,
          '',
        );
        return Array.from(source.matchAll(started), ({ groups }) => groups?.['before'] ?? '')
          .filter((before) => !helpers.includes(before))
          .map((before) => `${folder}/${file}: ${before}`);
      }),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('starts threads and processes with flags that they can have', () => {
    const wrong = filesIn(SRC).filter((file) => {
      const source = readFileSync(path.join(SRC, file), 'utf8');
      const started = source.match(/new (?:Worker|Piscina)\(|[^.\w]fork\(/g) ?? [];
      return started.length !== (source.match(/execArgv: threadFlags\(\)/g) ?? []).length;
    });
    expect(wrong).to.deep.equal([]);
  });

  it('has no circles between files', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of imports) if (from !== to) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) throw new Error([...trail, file].join(' → '));
      if (done.has(file)) return;
      for (const target of next.get(file) ?? []) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
  });
});

/** The folders beside `src` and what of the others they may import; `test` may import all. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  src: [],
  weaviate: ['src'],
  'test/support': ['src', 'weaviate'],
  bench: ['src', 'weaviate', 'test/support'],
};

describe('the folders beside src', () => {
  const root = fileURLToPath(ROOT);
  const files = ['src', 'weaviate', 'test', 'bench'].flatMap((folder) =>
    filesIn(path.join(root, folder)).map((file) => `${folder}/${file}`),
  );

  for (const [folder, allowed] of Object.entries(BESIDE)) {
    it(`keep their direction: ${folder} imports ${allowed.join(', ') || 'none of them'}`, () => {
      const wrong = readImports(path.join(root, folder))
        .map(({ from, to }) => ({ from: path.join(folder, from), to: path.join(folder, to) }))
        .filter(({ to }) => ![folder, ...allowed].some((place) => isIn(to, place)))
        .filter(({ to }) => !to.startsWith('node_modules'))
        .map(({ from, to }) => `${from} → ${to}`);
      expect(wrong).to.deep.equal([]);
    });
  }

  it('have the test of a file where the file lies', () => {
    const namesakes = readImports(path.join(root, 'test'))
      .filter(({ to }) => to.startsWith('..'))
      .map(({ from, to }) => ({ from: path.join('test', from), to: path.normalize(path.join('test', to)) }))
      .filter(({ from, to }) => path.basename(from) === `${path.basename(to, '.ts')}.test.ts`);
    const isAtHome = ({ from, to }: Import) => path.dirname(from) === placeOfTest(to);
    const wrong = namesakes
      .filter(({ from }) => !namesakes.some((other) => other.from === from && isAtHome(other)))
      .map(({ from, to }) => `${from} tests ${to}`);
    expect(namesakes.length).to.be.greaterThan(100);
    expect([...new Set(wrong)]).to.deep.equal([]);
  });

  it('have tests of rooms in folders of the rooms', () => {
    const rooms = Object.keys(MAY_IMPORT);
    const wrong = files
      .filter((file) => rooms.includes(file.split('/')[1] ?? '') && file.startsWith('test/'))
      .map((file) => path.dirname(file).replace('test/', 'src/'))
      .filter((folder) => !files.some((file) => file.startsWith(`${folder}/`)));
    expect([...new Set(wrong)]).to.deep.equal([]);
  });
});

/** `test/core` for `src/core/batcher.ts`, `test/bench` for all of `bench`. */
function placeOfTest(source: string): string {
  const folder = path.dirname(source);
  return folder.startsWith('src') ? folder.replace('src', 'test') : `test/${folder.split('/')[0] ?? ''}`;
}
