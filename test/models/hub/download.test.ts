import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { freeBytes } from '../../../src/models/hub/disk-space.js';
import { downloadFile } from '../../../src/models/hub/download.js';
import type { DownloadJob, DownloadTools } from '../../../src/models/hub/download.js';
import { createHub } from '../../../src/models/hub/hub.js';
import type { Hub } from '../../../src/models/hub/hub.js';
import type { PullEvent } from '../../../src/models/hub/pull-events.js';
import { RETRY_POLICY } from '../../../src/core/retry.js';
import { gitBlobOf, sha256Of } from '../../support/hub.js';
import type { StandInHub } from '../../support/hub.js';
import { rejection } from '../../support/rejection.js';
import { REPOSITORY, startTinyHub, TINY_FILES } from '../../support/tiny-model.js';

const VISION = TINY_FILES['onnx/vision_model.onnx'].content;
const RETRIES = 3;
/** Where a connection is cut. Bytes that the client had not yet read then, at most its buffers, are lost. */
const CUT = 400_000;
const resumedAt = (range: string | undefined) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]);

describe('downloading a file of the hub', () => {
  let standIn: StandInHub;
  let hub: Hub;
  let folder: string;
  let stop: () => Promise<void>;
  let events: PullEvent[];
  let waited: number[];
  let tools: DownloadTools;

  beforeEach(async () => {
    const started = await startTinyHub();
    standIn = started.hub;
    folder = started.cacheDir;
    hub = createHub(started.options.hub);
    events = [];
    waited = [];
    const wait = (ms: number) => Promise.resolve(waited.push(ms));
    tools = {
      hub,
      retry: { ...RETRY_POLICY, retries: RETRIES, minDelayMs: 1, maxDelayMs: 2, wait },
      freeBytes,
      listener: (event) => events.push(event),
      signal: new AbortController().signal,
    };
    stop = async () => {
      await hub.close();
      await started.stop();
    };
  });
  afterEach(() => stop());

  const job = (overrides: Partial<DownloadJob> = {}): DownloadJob => ({
    folder,
    path: 'onnx/vision_model.onnx',
    hubPath: 'onnx/vision_model.onnx',
    repository: REPOSITORY,
    revision: standIn.head,
    sha256: sha256Of(VISION),
    bytes: VISION.length,
    ...overrides,
  });
  const target = () => join(folder, 'onnx/vision_model.onnx');
  const expectInPlace = () => {
    expect(readFileSync(target()).equals(VISION)).to.equal(true);
    expect(existsSync(`${target()}.partial`)).to.equal(false);
  };
  const ranges = () => standIn.downloads('onnx/vision_model.onnx').map(({ range }) => range);

  it('follows a relative redirect and one to another host, and answers size and SHA-256', async () => {
    expect(await downloadFile(job(), tools)).to.deep.equal({
      bytes: VISION.length,
      sha256: sha256Of(VISION),
    });
    expectInPlace();
    expect(standIn.seen.map(({ at }) => at)).to.deep.equal(['hub', 'hub', 'storage']);
  });

  it('takes the checksum from the hub when none is known beforehand', async () => {
    const answer = await downloadFile(job({ sha256: null, bytes: null }), tools);
    expect(answer.sha256).to.equal(sha256Of(VISION));
  });

  it('refuses wrong bytes against the checksum that only the hub announced', async () => {
    standIn.faults.push({ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' });
    await rejection(downloadFile(job({ sha256: null, bytes: null }), tools), 'mismatch');
    expect(existsSync(target())).to.equal(false);
  });

  it('checks a small file by its Git hash and answers its SHA-256', async () => {
    const { content } = TINY_FILES['tokenizer.json'];
    const small = job({ path: 'tokenizer.json', hubPath: 'tokenizer.json', sha256: null, bytes: null });
    expect((await downloadFile(small, tools)).sha256).to.equal(sha256Of(content));
  });

  it('refuses a small file whose bytes differ from its Git hash, naming both', async () => {
    standIn.faults.push({ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' });
    const { content } = TINY_FILES['tokenizer.json'];
    const small = job({ path: 'tokenizer.json', hubPath: 'tokenizer.json', sha256: null, bytes: null });
    const { message } = await rejection(downloadFile(small, tools), 'mismatch');
    expect(message)
      .to.include(gitBlobOf(content))
      .and.include(gitBlobOf(Buffer.alloc(content.length)));
  });

  it('resumes where a cut connection left off', async () => {
    standIn.faults.push({ kind: 'truncate', after: CUT });
    await downloadFile(job(), tools);
    expectInPlace();
    expect(ranges()).to.have.length(2);
    expect(resumedAt(ranges()[1])).to.be.greaterThan(0).and.at.most(CUT);
  });

  it('resumes after a stall, which it notices by itself', async () => {
    standIn.faults.push({ kind: 'stall', after: 50_000 });
    await downloadFile(job(), tools);
    expectInPlace();
    expect(ranges()).to.deep.equal([undefined, 'bytes=50000-']);
    expect(events.find(({ kind }) => kind === 'retry'))
      .to.have.property('reason')
      .that.includes('no byte came in time');
  });

  it('resumes a file that ended early though the answer looked whole', async () => {
    standIn.faults.push({ kind: 'short', after: 90_000 });
    await downloadFile(job(), tools);
    expectInPlace();
    expect(ranges()).to.deep.equal([undefined, 'bytes=90000-']);
  });

  it('begins anew when the server sends the whole file instead of the rest', async () => {
    standIn.faults.push({ kind: 'truncate', after: CUT }, { kind: 'ignore-range' });
    await downloadFile(job(), tools);
    expectInPlace();
    expect(ranges()).to.have.length(2);
  });

  it('does not count tries that made progress', async () => {
    for (let i = 0; i < RETRIES + 3; i++) standIn.faults.push({ kind: 'truncate', after: CUT });
    await downloadFile(job(), tools);
    expectInPlace();
  });

  it('gives up after the agreed number of tries without progress, and keeps what it has', async () => {
    standIn.faults.push({ kind: 'truncate', after: CUT });
    for (let i = 0; i <= RETRIES + 1; i++) standIn.faults.push({ kind: 'status', status: 503 });
    const { message } = await rejection(downloadFile(job(), tools), 'network');
    expect(message).to.include('503').and.include('onnx/vision_model.onnx');
    expect(readFileSync(`${target()}.partial`).length)
      .to.be.greaterThan(0)
      .and.at.most(CUT);
    expect(existsSync(target())).to.equal(false);
  });

  it('resumes what an earlier run left, and only checks it if nothing is missing', async () => {
    mkdirSync(join(folder, 'onnx'));
    writeFileSync(`${target()}.partial`, VISION.subarray(0, 123_456));
    await downloadFile(job(), tools);
    expectInPlace();
    expect(ranges()).to.deep.equal(['bytes=123456-']);

    writeFileSync(`${target()}.partial`, VISION);
    await downloadFile(job(), tools);
    expectInPlace();
  });

  it('discards a partial file that belongs to other bytes and fetches the file once more', async () => {
    mkdirSync(join(folder, 'onnx'));
    writeFileSync(`${target()}.partial`, Buffer.alloc(1000));
    await downloadFile(job(), tools);
    expectInPlace();
    expect(ranges()).to.deep.equal(['bytes=1000-', undefined]);
  });

  it('never puts wrong bytes in place, and names both hashes', async () => {
    standIn.faults.push({ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' });
    const { message } = await rejection(downloadFile(job(), tools), 'mismatch');
    expect(message)
      .to.include(sha256Of(VISION))
      .and.include(sha256Of(Buffer.alloc(VISION.length)));
    expect(existsSync(target())).to.equal(false);
    expect(existsSync(`${target()}.partial`)).to.equal(false);
  });

  it('recovers from one bad transfer', async () => {
    standIn.faults.push({ kind: 'wrong-bytes' });
    await downloadFile(job(), tools);
    expectInPlace();
  });

  it('stops at bytes past the announced end', async () => {
    standIn.faults.push({ kind: 'longer' }, { kind: 'longer' });
    await rejection(downloadFile(job(), tools), 'mismatch');
    expect(existsSync(target())).to.equal(false);
  });

  it('refuses, before a byte is fetched, a hub that announces another checksum, size or commit', async () => {
    standIn.announcedSha256 = 'b'.repeat(64);
    expect((await rejection(downloadFile(job(), tools), 'mismatch')).message).to.include('b'.repeat(64));
    standIn.announcedSha256 = undefined;
    await rejection(downloadFile(job({ bytes: 5 }), tools), 'mismatch');
    standIn.announcedCommit = 'c'.repeat(40);
    expect((await rejection(downloadFile(job(), tools), 'mismatch')).message).to.include('c'.repeat(40));
    expect(existsSync(`${target()}.partial`)).to.equal(false);
  });

  it('takes pinned files from a mirror that announces nothing, and no others', async () => {
    standIn.silent = true;
    await downloadFile(job(), tools);
    expectInPlace();
    await rejection(downloadFile(job({ sha256: null, bytes: null }), tools), 'mismatch');
  });

  it('says what is missing on 404, at once', async () => {
    const { message } = await rejection(downloadFile(job({ hubPath: 'onnx/none.onnx' }), tools), 'not_found');
    expect(message).to.include('onnx/none.onnx').and.include(REPOSITORY);
    expect(standIn.seen).to.have.length(1);
  });

  it('waits as long as a 429 or a 503 asks, then goes on', async () => {
    standIn.faults.push(
      { kind: 'status', status: 429, retryAfter: '7' },
      { kind: 'status', status: 503, retryAfter: '2' },
    );
    await downloadFile(job(), tools);
    expectInPlace();
    expect(waited).to.deep.equal([7_000, 2_000]);
  });

  it('gives up at once when asked to wait longer than is sensible', async () => {
    standIn.faults.push({ kind: 'status', status: 429, retryAfter: '3600' });
    expect((await rejection(downloadFile(job(), tools), 'network')).message).to.include('3600 s');
    expect(waited).to.deep.equal([]);
  });

  it('does not begin without room on the disk, and names the folder and the bytes needed', async () => {
    const full = { ...tools, freeBytes: () => Promise.resolve(1000) };
    const { message } = await rejection(downloadFile(job(), full), 'disk_full');
    expect(message).to.include(folder).and.include('3000000 bytes').and.include('1.0 kB are free');
    expect(existsSync(`${target()}.partial`)).to.equal(false);
  });

  it('says so when the disk fills up on the way', async () => {
    const listener = ({ kind }: PullEvent) => {
      if (kind === 'bytes') throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const { message } = await rejection(downloadFile(job(), { ...tools, listener }), 'disk_full');
    expect(message).to.include(folder).and.include('the disk is full');
  });

  it('writes through no link that lies where its file is to be', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    mkdirSync(join(folder, 'onnx'));
    symlinkSync(victim, `${target()}.partial`);
    symlinkSync(victim, target());
    await downloadFile(job(), tools);
    expectInPlace();
    expect(readFileSync(victim, 'utf8')).to.equal('precious');
  });

  it('writes nothing into a folder that a link leads out to', async () => {
    const elsewhere = join(folder, '..', `${basename(folder)}-elsewhere`);
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(folder, 'onnx'));
    await rejection(downloadFile(job(), tools), 'unsafe');
    expect(readdirSync(elsewhere)).to.deep.equal([]);
    rmdirSync(elsewhere);
  });

  it('takes no more of a file whose size nobody says than such a file may have', async () => {
    standIn.faults.push({ kind: 'endless' });
    const small = job({ path: 'tokenizer.json', hubPath: 'tokenizer.json', sha256: null, bytes: null });
    const { message } = await rejection(downloadFile(small, tools), 'mismatch');
    expect(message).to.equal(
      `tokenizer.json of ${REPOSITORY}: expected its size from the hub, or at most 67.1 MB, received more`,
    );
    const taken = events.map((event) => (event.kind === 'bytes' ? event.done : 0));
    expect(Math.max(...taken)).to.be.lessThan(70_000_000);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('stops between two chunks when told to, and keeps the partial file', async () => {
    const control = new AbortController();
    const listener = (event: PullEvent) => {
      if (event.kind === 'bytes') control.abort(new Error('stopped'));
    };
    const stopped = downloadFile(job(), { ...tools, listener, signal: control.signal });
    expect(await stopped.catch((error: Error) => error.message)).to.equal('stopped');
    expect(existsSync(`${target()}.partial`)).to.equal(true);
    expect(existsSync(target())).to.equal(false);
  });
});
