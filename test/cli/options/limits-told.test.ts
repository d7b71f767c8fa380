import { connect } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { startServer } from '../../../src/cli/commands/start-server.js';
import type { RunningServer } from '../../../src/cli/commands/start-server.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import type { OptionName } from '../../../src/cli/options/config.js';
import { LIMIT_NAMES } from '../../../src/core/errors.js';
import type { LimitName } from '../../../src/core/errors.js';
import { LIMIT_OPTIONS } from '../../../src/cli/options/limits.js';
import { fixtureFolder, readPixelFile } from '../../support/model-fixture.js';
import { makeMedia } from '../../support/ffmpeg.js';
import { wavFile } from '../../towers/audio/wav-file.js';
import { vectorize } from '../../support/vectorize.js';

const PHOTO = readPixelFile('jpeg-420.jpg');

interface Case {
  readonly limit: LimitName;
  readonly flags: Partial<Record<OptionName, string>>;
  /** Goes over the limit; resolves with what it is told of it. */
  readonly provoke: (server: RunningServer) => Promise<string>;
}

const ask =
  (items: Parameters<typeof vectorize>[1], times = 1) =>
  async ({ url }: RunningServer): Promise<string> => {
    const answers = await Promise.all(Array.from({ length: times }, () => vectorize(url, items)));
    return answers.find(({ status }) => status >= 400)?.error ?? 'nothing is refused';
  };

const askAsOpenai =
  (input: readonly string[]) =>
  async ({ url }: RunningServer): Promise<string> => {
    const response = await fetch(`${url}/v1/embeddings`, { method: 'POST', body: JSON.stringify({ input }) });
    return ((await response.json()) as { message?: string }).message ?? 'nothing is refused';
  };

/** Sends bytes and waits for the answer; the connection is held for `holding` meanwhile. */
async function exchange({ port }: RunningServer, bytes: string, holding?: () => Promise<string>) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('close', () => resolve(text));
  });
  socket.write(bytes);
  const told = await (holding?.() ?? answer);
  socket.destroy();
  return told;
}

async function askUntilRefused(server: RunningServer): Promise<string> {
  for (;;) {
    const { status, error } = await vectorize(server.url, { texts: ['a'.repeat(200)] });
    if (status !== 200) return error;
  }
}

const send = (bytes: string) => (server: RunningServer) => exchange(server, bytes);
const head = (bytes: number) => `POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`;

/** Asks for many answers and reads none; what is told is that the connection is gone. */
async function readNothing({ port }: RunningServer): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1500));
  await new Promise((resolve) => socket.once('readable', resolve));
  await new Promise((resolve) => setTimeout(resolve, 500));
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return 'RESPONSE_TIMEOUT';
}

const CASES: readonly Case[] = [
  {
    limit: 'MAX_CONNECTIONS',
    flags: { maxConnections: '1' },
    provoke: (server) => exchange(server, 'GET', () => exchange(server, 'GET')),
  },
  {
    limit: 'HEADERS_TIMEOUT',
    flags: { headersTimeoutMs: '100', bodyTimeoutMs: '100' },
    provoke: send('GET /meta'),
  },
  {
    limit: 'BODY_TIMEOUT',
    flags: { bodyTimeoutMs: '200' },
    provoke: send(`${head(9)}{`),
  },
  {
    limit: 'MIN_BODY_RATE',
    flags: { bodyTimeoutMs: '1s' },
    provoke: send(`${head(99_999)}{`),
  },
  {
    limit: 'RESPONSE_TIMEOUT',
    flags: { responseTimeoutMs: '200' },
    provoke: readNothing,
  },
  {
    limit: 'MAX_PENDING_ITEMS',
    flags: { maxPendingItems: '1' },
    provoke: ask({ texts: ['a'], images: [PHOTO] }, 8),
  },
  {
    limit: 'MAX_PENDING_BYTES',
    flags: { maxPendingBytes: '1024' },
    provoke: (server) => exchange(server, `${head(1020)}${' '.repeat(1000)}`, () => askUntilRefused(server)),
  },
  { limit: 'MAX_ITEMS', flags: { maxItems: '1' }, provoke: ask({ texts: ['a', 'b'] }) },
  { limit: 'MAX_TEXTS', flags: { maxTexts: '1' }, provoke: askAsOpenai(['a', 'b']) },
  { limit: 'MAX_BODY_BYTES', flags: { maxBodyBytes: '1024' }, provoke: ask({ texts: ['a'.repeat(1024)] }) },
  { limit: 'MAX_IMAGE_BYTES', flags: { maxImageBytes: '64' }, provoke: ask({ images: [PHOTO] }) },
  { limit: 'MAX_IMAGE_PIXELS', flags: { maxImagePixels: '1' }, provoke: ask({ images: [PHOTO] }) },
  {
    limit: 'MAX_SOUND_SECONDS',
    flags: { model: 'starter', modalities: 'audio', maxSoundSeconds: '1' },
    provoke: async ({ url }) => {
      const body = JSON.stringify({ audio: [wavFile(Buffer.alloc(40_000)).toString('base64')] });
      const response = await fetch(`${url}/vectorize`, { method: 'POST', body });
      return ((await response.json()) as { error: string }).error;
    },
  },
  {
    limit: 'MAX_VIDEO_SECONDS',
    flags: { model: 'starter', modalities: 'video', maxVideoSeconds: '1' },
    provoke: async ({ url }) => {
      const film = ['-f', 'lavfi', '-i', 'color=s=32x32:r=1:d=2', '-c:v', 'mpeg4', '-f', 'mp4'];
      const body = JSON.stringify({ video: [makeMedia(film).toString('base64')] });
      const response = await fetch(`${url}/vectorize`, { method: 'POST', body });
      return ((await response.json()) as { error: string }).error;
    },
  },
  { limit: 'MAX_TEXT_CHARS', flags: { maxTextChars: '3' }, provoke: ask({ texts: ['four'] }) },
  {
    limit: 'MAX_TEXT_WINDOWS',
    flags: { maxTextWindows: '1', longText: 'mean' },
    provoke: ask({ texts: ['a cat '.repeat(200)] }),
  },
  { limit: 'DEADLINE', flags: { deadlineMs: '1' }, provoke: ask({ images: Array<Buffer>(8).fill(PHOTO) }) },
  { limit: 'RATE_LIMIT', flags: { rateLimit: '1/d' }, provoke: ask({ texts: ['a'] }, 2) },
  { limit: 'QUOTA', flags: { quota: '1/d' }, provoke: ask({ texts: ['a'] }, 2) },
];

describe('what goes over a limit', () => {
  let server: RunningServer | undefined;
  const stopping: Promise<void>[] = []; // each takes a moment, which the next test need not wait for
  afterEach(() => {
    if (server) stopping.push(server.stop());
    server = undefined;
  });
  after(() => Promise.all(stopping));

  async function start(flags: Case['flags']): Promise<RunningServer> {
    const all = { model: fixtureFolder('clip'), host: '127.0.0.1', port: '0', ...flags };
    server = await startServer(loadConfig('serve', { flags: all, env: {} }), pino({ level: 'silent' }));
    return server;
  }

  /** All series by name. Asked again while there is no connection left to ask by. */
  async function readMetrics(running: RunningServer): Promise<Map<string, number>> {
    const response = await fetch(`${running.url}/metrics`, { headers: { connection: 'close' } });
    const text = await response.text();
    if (!response.ok) return readMetrics(running);
    return new Map(
      Array.from(text.matchAll(/^(\S+) (\S+)$/gm), ([, name = '', value]) => [name, Number(value)]),
    );
  }

  for (const { limit, flags, provoke } of CASES) {
    it(`is told ${limit}, and counted by it alone`, async () => {
      const running = await start(flags);
      expect(await provoke(running)).to.include(limit);
      const metrics = await readMetrics(running);
      for (const option of LIMIT_NAMES) {
        const count = metrics.get(`handspring_limit_refusals_total{option="${option}"}`);
        if (option === limit) expect(count, option).to.be.at.least(1);
        else expect(count, option).to.equal(0);
      }
    });
  }

  it('is tried here for each limit that refuses', () => {
    expect(CASES.map(({ limit }) => limit)).to.have.members([...LIMIT_NAMES]);
    const options = Object.values(LIMIT_OPTIONS).map(({ env }) => env);
    expect(options.filter((env) => !LIMIT_NAMES.includes(env as LimitName))).to.deep.equal([
      'MAX_PENDING_PIXELS',
    ]);
  });

  it('of MAX_PENDING_PIXELS waits for its turn', async () => {
    const running = await start({ maxPendingPixels: '1' });
    expect(await ask({ images: [PHOTO, PHOTO, PHOTO] })(running)).to.equal('nothing is refused');
    const metrics = await readMetrics(running);
    expect(metrics.get('handspring_pixels_limit')).to.equal(1);
    expect(metrics.get('handspring_pixels_decoding')).to.equal(0);
  });

  it('of MAX_PENDING_BYTES can be seen coming: the bytes held and their limit are gauges', async () => {
    const running = await start({ maxPendingBytes: '4096' });
    const held = await exchange(running, `${head(1000)}${' '.repeat(900)}`, async () => {
      for (;;) {
        const value = (await readMetrics(running)).get('handspring_body_bytes_admitted');
        if (value !== 0) return String(value);
      }
    });
    expect(held).to.equal('900');
    expect((await readMetrics(running)).get('handspring_body_bytes_limit')).to.equal(4096);
  });
});
