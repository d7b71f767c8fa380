import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Stream } from 'node:http2';
import { expect } from 'chai';
import { pino } from 'pino';
import { startServer } from '../../../src/cli/commands/start-server.js';
import type { RunningServer } from '../../../src/cli/commands/start-server.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import type { OptionName } from '../../../src/cli/options/config.js';
import { LIMIT_NAMES } from '../../../src/core/errors.js';
import type { LimitName } from '../../../src/core/errors.js';
import { TestClient, detailsOf } from '../../support/grpc.js';
import type { Ending } from '../../support/grpc.js';
import { makeMedia } from '../../support/ffmpeg.js';
import { metricIn } from '../../support/metric.js';
import { fixtureFolder, readPixelFile } from '../../support/model-fixture.js';
import { wavFile } from '../../towers/audio/wav-file.js';

const EMBED = 'handspring.v1.Embeddings/Embed';
const PHOTO = readPixelFile('jpeg-420.jpg');
/** The head of a message of 1020 bytes. */
const HEAD = Buffer.from([0, 0, 0, 3, 252]);

interface Service {
  readonly client: TestClient;
  /** A call of which nothing has been sent but its header lines. */
  readonly open: () => ClientHttp2Stream;
}

type Provoke = (service: Service) => Promise<Ending>;

const ask =
  (...items: object[]): Provoke =>
  ({ client }) =>
    client.ask(EMBED, { items });

/** Until one is refused. */
const askOften =
  (...items: object[]): Provoke =>
  async ({ client }) => {
    for (;;) {
      const endings = await Promise.all(Array.from({ length: 8 }, () => client.ask(EMBED, { items })));
      const refused = endings.find(({ code }) => code !== 0);
      if (refused) return refused;
    }
  };

/** Asks beside a call of which only this much has come. */
const askBeside =
  (bytes: Buffer): Provoke =>
  async (service) => {
    service.open().write(bytes);
    return askOften({ text: 'a'.repeat(200) })(service);
  };

/** Sends the half of a message, and waits to be told. */
const stayAway: Provoke = ({ open }) => {
  const call = open();
  call.write(HEAD);
  return endOf(call);
};

const callTwice: Provoke = ({ open }) => {
  open();
  return endOf(open());
};

const endOf = (call: ClientHttp2Stream): Promise<Ending> =>
  new Promise((resolve) => {
    const take = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] === undefined) return;
      const trailers = { 'grpc-status-details-bin': binary(headers['grpc-status-details-bin']) };
      const details = decodeURIComponent(String(headers['grpc-message']));
      resolve({ code: Number(headers['grpc-status']), details, trailers, message: undefined, headers: {} });
    };
    call.once('response', take).once('trailers', take).resume();
  });

const binary = (header: unknown) => Buffer.from(String(header), 'base64');
const film = () => makeMedia(['-f', 'lavfi', '-i', 'color=s=32x32:r=1:d=2', '-c:v', 'mpeg4', '-f', 'mp4']);

const CASES: readonly [limit: LimitName, flags: Partial<Record<OptionName, string>>, provoke: Provoke][] = [
  ['MAX_CONNECTIONS', { maxConnections: '1' }, callTwice],
  ['BODY_TIMEOUT', { bodyTimeoutMs: '200' }, stayAway],
  ['MAX_PENDING_ITEMS', { maxPendingItems: '1' }, askOften({ text: 'a' }, { image: PHOTO })],
  ['MAX_PENDING_BYTES', { maxPendingBytes: '1024' }, askBeside(Buffer.concat([HEAD, Buffer.alloc(1000)]))],
  ['MAX_ITEMS', { maxItems: '1' }, ask({ image: PHOTO }, { image: PHOTO })],
  ['MAX_TEXTS', { maxTexts: '1' }, ask({ text: 'a' }, { text: 'b' })],
  ['MAX_BODY_BYTES', { maxBodyBytes: '1024' }, ask({ text: 'a'.repeat(1024) })],
  ['MAX_IMAGE_BYTES', { maxImageBytes: '64' }, ask({ image: PHOTO })],
  ['MAX_IMAGE_PIXELS', { maxImagePixels: '1' }, ask({ image: PHOTO })],
  [
    'MAX_SOUND_SECONDS',
    { model: 'starter', modalities: 'audio', maxSoundSeconds: '1' },
    ask({ audio: wavFile(Buffer.alloc(40_000)) }),
  ],
  [
    'MAX_VIDEO_SECONDS',
    { model: 'starter', modalities: 'video', maxVideoSeconds: '1' },
    (service) => ask({ video: film() })(service),
  ],
  ['MAX_TEXT_CHARS', { maxTextChars: '3' }, ask({ text: 'four' })],
  ['MAX_TEXT_WINDOWS', { maxTextWindows: '1', longText: 'mean' }, ask({ text: 'a cat '.repeat(200) })],
  ['DEADLINE', { deadlineMs: '1' }, ask(...Array<object>(8).fill({ image: PHOTO }))],
  ['RATE_LIMIT', { rateLimit: '1/d' }, askOften({ text: 'a' })],
  ['QUOTA', { quota: '1/d' }, askOften({ text: 'a' })],
];

/** Of which nobody can be told, as the connection is cut: test/serve/grpc has them. The last is for HTTP alone. */
const UNTOLD: readonly LimitName[] = ['HEADERS_TIMEOUT', 'RESPONSE_TIMEOUT', 'MIN_BODY_RATE'];

describe('what goes over a limit by gRPC', () => {
  let server: RunningServer | undefined;
  const stopping: Promise<void>[] = []; // each takes a moment, which the next test need not wait for
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
    if (server) stopping.push(server.stop());
    server = undefined;
  });
  after(() => Promise.all(stopping));

  async function start(flags: Partial<Record<OptionName, string>>): Promise<Service> {
    const all = { model: fixtureFolder('clip'), host: '127.0.0.1', port: '0', grpcPort: '0', ...flags };
    server = await startServer(loadConfig('serve', { flags: all, env: {} }), pino({ level: 'silent' }));
    const address = `127.0.0.1:${server.grpcPort}`;
    const client = new TestClient(address);
    const session = connectHttp2(`http://${address}`).on('error', () => undefined);
    closing.push(
      () => client.close(),
      () => session.destroy(),
    );
    const headers = { ':method': 'POST', ':path': `/${EMBED}`, 'content-type': 'application/grpc' };
    return { client, open: () => session.request(headers).on('error', () => undefined) };
  }

  for (const [limit, flags, provoke] of CASES) {
    it(`is told ${limit} in words and in ErrorInfo, and counted by it alone`, async () => {
      const ending = await provoke(await start(flags));
      expect(ending.details).to.include(limit);
      expect(detailsOf(ending)['google.rpc.ErrorInfo']).to.have.nested.property('metadata.limit', limit);
      const metrics = await (await fetch(`${server?.url}/metrics`)).text();
      for (const option of LIMIT_NAMES) {
        const count = metricIn(metrics, `handspring_limit_refusals_total{option="${option}"}`);
        if (option === limit) expect(count, option).to.be.at.least(1);
        else expect(count, option).to.equal(0);
      }
    });
  }

  it('is tried here for each limit of which anybody can be told', () => {
    expect([...CASES.map(([limit]) => limit), ...UNTOLD]).to.have.members([...LIMIT_NAMES]);
  });

  it('can be known before: Info and /meta tell the limits', async () => {
    const { client } = await start({ maxItems: '3', maxTexts: '4', maxBodyBytes: '2048' });
    const { message } = await client.ask('handspring.v1.Embeddings/Info', {});
    expect(message).to.include({ maxItems: 3, maxTexts: 4, maxItemsUnderWay: 64, maxCallsOfConnection: 256 });
    expect(Number(message?.['maxMessageBytes'])).to.equal(2048);
    const { handspring } = (await (await fetch(`${server?.url}/meta`)).json()) as {
      handspring: { limits: object };
    };
    expect(handspring.limits).to.include({
      ...{ maxItems: 3, maxTexts: 4, maxBodyBytes: 2048 },
      ...{ grpcCallsOfConnection: 256, grpcItemsOfStream: 64 },
    });
  });
});
