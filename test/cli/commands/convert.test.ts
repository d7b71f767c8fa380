import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runConvert } from '../../../src/cli/commands/convert.js';
import { rejectionOf } from '../../support/rejection.js';
import { TINY_HEADS_FLAG, tinyImageBindFile } from '../../support/tiny-imagebind.js';

describe('handspring models convert imagebind', function () {
  this.timeout(30_000);
  let root: string;
  let checkpoint: string;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'convert-'));
    checkpoint = path.join(root, 'tiny.pth');
    await writeFile(checkpoint, tinyImageBindFile());
  });
  after(() => rm(root, { recursive: true }));

  const flags = () =>
    ({
      out: path.join(root, 'out'),
      clips: 'weaviate',
      acceptLicence: true,
      heads: TINY_HEADS_FLAG,
    }) as const;
  const ioOf = () => {
    const [out, shown]: [string[], string[]] = [[], []];
    const write = (text: string) => shown.push(text);
    return { out: (line: string) => void out.push(line), progress: { write }, told: out, shown };
  };

  it('reads nothing until the licence is accepted, and says where it stands', async () => {
    const { out, clips } = flags();
    const io = ioOf();
    const error = await rejectionOf(runConvert('no-such.pth', { out, clips }, io));
    expect(error).to.have.property('name', 'ConfigError');
    expect(error.message)
      .to.include('CC BY-NC-SA 4.0')
      .and.include('non-commercial')
      .and.include('--accept-licence');
    expect(io.shown).to.be.empty;
  });

  it('takes no empty name, as an unset variable gives one', async () => {
    for (const [file, out, told] of [
      ['', flags().out, 'expected a checkpoint, received an empty name'],
      [checkpoint, '', '--out: expected a folder to make, received an empty name'],
    ] as const)
      expect((await rejectionOf(runConvert(file, { ...flags(), out }, ioOf()))).message).to.equal(told);
  });

  it('prints the folder alone, and the licence and the way there beside it', async () => {
    const io = ioOf();
    expect(await runConvert(checkpoint, flags(), io)).to.equal(0);
    expect(io.told).to.deep.equal([flags().out]);
    const shown = io.shown.join('');
    expect(shown).to.include('non-commercial').and.include('licence: CC-BY-NC-SA-4.0');
    expect(shown).to.match(/text: 1\.6 MB of weights\n/);
    expect(shown).to.include('--modalities text,image,video,audio,depth,thermal,imu');
    await rm(flags().out, { recursive: true });
  });

  it('ends with 130 on Ctrl-C, leaves nothing behind and listens to signals no more', async () => {
    const io = ioOf();
    const signals = new EventEmitter();
    const write = io.progress.write;
    io.progress.write = (text) => {
      if (text.startsWith('audio')) signals.emit('SIGINT');
      return write(text);
    };
    expect(await runConvert(checkpoint, flags(), io, signals)).to.equal(130);
    expect(io.shown.at(-1)).to.equal('stopped; nothing of it was kept\n');
    expect(await readdir(root)).to.deep.equal(['tiny.pth']);
    expect(signals.eventNames()).to.deep.equal([]);
  });

  it('says what of the heads it does not understand', async () => {
    for (const heads of ['vision', 'vision=0', 'nose=3', ''])
      expect((await rejectionOf(runConvert(checkpoint, { ...flags(), heads }, ioOf()))).message).to.include(
        `received ${heads}`,
      );
  });

  it('fails as what it does fails', async () => {
    await writeFile(path.join(root, 'out'), 'a file');
    expect((await rejectionOf(runConvert(checkpoint, flags(), ioOf()))).message).to.include(
      'expected no such folder',
    );
    await rm(path.join(root, 'out'));
  });
});
