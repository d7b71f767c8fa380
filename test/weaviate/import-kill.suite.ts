import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import { hashContent } from '../../src/photos/identity.js';
import { toObjectId } from '../../src/photos/weaviate/object-id.js';
import { WeaviateTarget } from '../../src/photos/import/weaviate-target.js';
import { findPhotoCollection } from '../../src/photos/weaviate/photo-collection.js';
import { Child } from '../../weaviate/child.js';
import { startModule } from '../../weaviate/module.js';
import type { ModuleProcess } from '../../weaviate/module.js';
import { freePorts } from '../../weaviate/ports.js';
import { locateProgram } from '../../weaviate/program.js';
import { startWeaviate, waitUntilReady } from '../../weaviate/server.js';
import type { WeaviateServer } from '../../weaviate/server.js';
import { seededRandom, shuffled } from '../support/random.js';
import { picture } from '../support/weaviate-images.js';
import { answeredRequests } from '../support/weaviate-module.js';
import { connect, MODELS } from '../support/weaviate-stack.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));
/** Another one by `KILL_SEED`; the seed of a failed run stands in its output. */
const SEED = Number(process.env['KILL_SEED'] ?? 1);
const VICTIMS = [
  ...Array<'importer'>(4).fill('importer'),
  ...Array<'module'>(3).fill('module'),
  ...Array<'weaviate'>(3).fill('weaviate'),
];
/** Photos that come with each round, so that every kill finds work under way. */
const PER_ROUND = 40;
const COLLECTION = 'Killed';
const BAD_FILES = ['torn.jpg', 'words.jpg'];

describe(`an import whose parts are killed ten times (seed ${SEED})`, function () {
  this.timeout(240_000);
  const random = seededRandom(SEED);
  let folder: string;
  let dataPath: string;
  let weaviateFile: string;
  let ports: { modulePort: number; httpPort: number; grpcPort: number };
  let module: ModuleProcess;
  let weaviate: WeaviateServer;
  /** The content of every good file, by path. */
  const good = new Map<string, Buffer>();

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-photos-'));
    dataPath = await mkdtemp(path.join(os.tmpdir(), 'handspring-weaviate-'));
    weaviateFile = await locateProgram(process.env, (line) => process.stderr.write(`${line}\n`));
    const [modulePort = 0, httpPort = 0, grpcPort = 0] = await freePorts(3);
    ports = { modulePort, httpPort, grpcPort };
    await writeFile(path.join(folder, 'words.jpg'), 'these are words');
    await writeFile(path.join(folder, 'torn.jpg'), (await photo(-1)).subarray(0, 900));
    await Promise.all([restartModule(), restartWeaviate()]);
  });

  after(async () => {
    await module?.stop('SIGKILL');
    await weaviate?.child.stop('SIGKILL');
    for (const leftover of [folder, dataPath]) await rm(leftover, { recursive: true, force: true });
  });

  async function restartModule(): Promise<void> {
    const model = MODELS.starter;
    module = startModule({ host: '127.0.0.1', port: ports.modulePort, model, env: process.env });
    await module.ready;
  }

  async function restartWeaviate(): Promise<void> {
    const host = '127.0.0.1';
    const runtime = { kind: 'program', file: weaviateFile, moduleHost: host, listenHost: host } as const;
    weaviate = await startWeaviate(runtime, { ...ports, dataPath, env: process.env });
    await waitUntilReady(weaviate);
  }

  async function addPhotos(round: number): Promise<void> {
    for (let i = 0; i < PER_ROUND; i++) await put(`round-${round}/${i}.jpg`, round * PER_ROUND + i);
    // Some files of the round before change, and one goes.
    if (round === 0) return;
    await put(`round-${round - 1}/0.jpg`, 10_000 + round);
    await put(`round-${round - 1}/1.jpg`, 20_000 + round);
    await rm(path.join(folder, `round-${round - 1}/2.jpg`));
    good.delete(`round-${round - 1}/2.jpg`);
  }

  async function put(name: string, seed: number): Promise<void> {
    const content = await photo(seed);
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
    good.set(name, content);
  }

  function startImport(...flags: string[]): Child {
    const args = [
      ...[...MAIN, 'import', folder, '--collection', COLLECTION],
      ...['--weaviate', `http://127.0.0.1:${ports.httpPort}`],
      ...['--weaviate-grpc', `http://127.0.0.1:${ports.grpcPort}`],
      ...['--batch-photos', '8', '--report', path.join(dataPath, 'import-errors.jsonl')],
      ...flags,
    ];
    return Child.start('the import', process.execPath, args, { env: process.env });
  }

  /** Waits until the module has answered so many more requests, or the import has ended. */
  async function vectorized(count: number, importing: Child): Promise<void> {
    const url = `http://127.0.0.1:${ports.modulePort}`;
    const before = await answeredRequests(url);
    while (importing.isRunning && (await answeredRequests(url)) < before + count) await sleep(5);
  }

  async function failedFiles(): Promise<string[]> {
    const report = await readFile(path.join(dataPath, 'import-errors.jsonl'), 'utf8');
    const lines = report.trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { file: string }).file).sort();
  }

  const restart = { module: restartModule, weaviate: restartWeaviate };

  for (const [round, victim] of shuffled(VICTIMS, random).entries()) {
    it(`goes on after the ${victim} is killed (${round + 1} of ${VICTIMS.length})`, async () => {
      await addPhotos(round);
      const importing = startImport();
      await vectorized(1 + Math.floor(random() * (PER_ROUND - 1)), importing);
      if (victim === 'importer') return importing.stop('SIGKILL');
      await (victim === 'module' ? module.child : weaviate.child).stop('SIGKILL');
      await restart[victim]();
      expect(await importing.exited).to.equal(1);
      expect(await failedFiles(), 'nothing fails but the bad files').to.deep.equal(BAD_FILES);
    });
  }

  it('has every good file in exactly once after a last run, and nothing else', async () => {
    expect(await startImport('--prune').exited).to.equal(1);
    expect(await failedFiles()).to.deep.equal(BAD_FILES);

    const client = await connect(weaviate);
    const found = await findPhotoCollection(client, COLLECTION);
    if (!found) throw new Error('the collection is not there');
    const { collection, vectorName } = found;
    const target = new WeaviateTarget(client, found);
    const expected = [...good].map(([file, content]) => toObjectId(hashContent(content), file)).sort();

    const stored = [];
    for await (const page of target.pages((query) => query())) stored.push(...page);
    expect(stored.map(({ id }) => id)).to.deep.equal(expected);
    expect((await collection.aggregate.overAll()).totalCount).to.equal(expected.length);

    const byPath = await target.lookUp([...good.keys()], true);
    expect(byPath.map(({ id }) => id).sort(), 'found by their paths').to.deep.equal(expected);
    expect(
      byPath.filter(({ whole }) => !whole),
      'outside of the vector index',
    ).to.deep.equal([]);

    const { objects } = await collection.query.nearObject(expected[0] ?? '', {
      limit: expected.length + 1,
      includeVector: true,
    });
    expect(objects.map(({ uuid }) => uuid).sort(), 'found by a search').to.deep.equal(expected);
    const lengths = objects.map(({ vectors }) => (vectors[vectorName] as number[] | undefined)?.length);
    expect(new Set(lengths).size).to.equal(1);
    await client.close();
  });

  it('sends nothing in one more run', async () => {
    const lines: string[] = [];
    const importing = startImport();
    void importing.waitForLine((line) => void lines.push(line)).catch(() => undefined);
    await importing.exited;
    expect(lines.join('\n')).to.include(`0 imported, ${good.size} unchanged, 0 removed`);
  });
});

async function photo(seed: number): Promise<Buffer> {
  return Buffer.from(await picture(seed), 'base64');
}
