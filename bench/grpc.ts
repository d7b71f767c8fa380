import { readFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { text, wholeNumber } from '../src/cli/options/option-values.js';
import { median } from '../src/core/median.js';
import { AS_DEPLOYED } from '../test/support/as-deployed.js';
import { TestClient } from '../test/support/grpc.js';
import { startServiceProcess } from '../test/support/service-process.js';
import { option, perform, positive, readCommand } from './command.js';
import { Client } from './load/client.js';
import { makePhoto } from './load/photos.js';
import { describeMachine } from './machine.js';

const CALLERS = 16;
/** Items of a stream that are sent and not answered: more than are worked on at once. */
const AHEAD = 128;
/** What Linux counts a thread's time in, a second. */
const TICKS = 100;
const DIFFERENT = 8;
/** Of which the bytes on the wire are counted. */
const COUNTED = 64;

const options = readCommand(
  'npm run bench:grpc --',
  'Photos of 640×480 and texts over HTTP, in calls and in a stream of gRPC, to one service, which they ask in turns of seconds: items a second, ' +
    "time of the service's main thread and of all its threads an item, and bytes on the wire.",
  {
    turns: option('number', 'How often each is measured.', wholeNumber(1, 1000), '5'),
    seconds: option('number', 'Length of a turn.', positive, '3'),
    model: option('model', 'From the catalogue, or a folder.', text('a model'), 'starter'),
  },
);

interface Item {
  readonly text?: string;
  readonly image?: Buffer;
}

/** Sends items until it is told to stop; resolves with how many were answered. */
type Way = (
  place: { readonly url: string; readonly grpc: string },
  next: () => Item | undefined,
) => Promise<number>;

/** So many callers, each with one item a request. */
async function byCallers(next: () => Item | undefined, ask: (item: Item) => Promise<void>): Promise<number> {
  let answered = 0;
  const caller = async () => {
    for (let item = next(); item; item = next()) {
      await ask(item);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return answered;
}

const WAYS: Readonly<Record<string, Way>> = {
  [`HTTP, ${CALLERS} callers`]: async ({ url }, next) => {
    const client = new Client(url);
    const ask = ({ text: words, image }: Item) => {
      const body = image ? { images: [image.toString('base64')] } : { texts: [words] };
      return client.send({ bytes: Buffer.from(JSON.stringify(body)), items: 1 });
    };
    return byCallers(next, ask).finally(() => client.close());
  },
  [`gRPC, ${CALLERS} callers`]: async ({ grpc }, next) => {
    const client = new TestClient(grpc);
    const ask = async (item: Item) => {
      const { code, details } = await client.ask('handspring.v1.Embeddings/Embed', { items: [item] });
      if (code !== 0) throw new Error(details);
    };
    return byCallers(next, ask).finally(() => client.close());
  },
  'gRPC, a stream': async ({ grpc }, next) => {
    const client = new TestClient(grpc);
    const { call, outcomes, ended } = client.openStream();
    let id = 0;
    for (let item = next(); item; item = next()) {
      // No more than that, or a turn would go on with what was sent ahead.
      while (id - outcomes.length >= AHEAD) await new Promise((resolve) => call.once('data', resolve));
      call.write({ id: id++, item });
    }
    call.end();
    const { code, details } = await ended;
    client.close();
    if (code !== status.OK) throw new Error(details);
    if (outcomes.some(({ failure }) => failure)) throw new Error('an item of the stream failed');
    return outcomes.length;
  },
};

await perform(async () => {
  const photos = await Promise.all(
    Array.from({ length: DIFFERENT }, (_, seed) => makePhoto('640x480', seed + 1)),
  );
  const service = await startServiceProcess(['--model', options.model, '--grpc-port', '0'], AS_DEPLOYED);
  try {
    const place = {
      url: service.url,
      grpc: `127.0.0.1:${(await service.logged('ready'))['grpcPort'] as number}`,
    };
    let count = 0;
    const kinds = {
      photos: (): Item => ({ image: photos[count++ % DIFFERENT]! }),
      texts: (): Item => ({ text: `photo ${count++} of a cat beside a bus` }),
    };
    for (const [kind, make] of Object.entries(kinds)) await compare(kind, make, place, service.child.pid!);
    const { cpu, coresAllowed, onnxruntime, loadBefore } = describeMachine();
    process.stdout.write(
      `\n${cpu}, ${coresAllowed} cores, ONNX Runtime ${onnxruntime}, load after ${loadBefore.toFixed(1)}\n`,
    );
  } finally {
    await service.stop();
  }
});

interface Turn {
  readonly rate: number;
  readonly mainMs: number;
  readonly allMs: number;
}

async function compare(
  kind: string,
  make: () => Item,
  place: Parameters<Way>[0],
  pid: number,
): Promise<void> {
  const turns = new Map<string, Turn[]>(Object.keys(WAYS).map((name) => [name, []]));
  for (let turn = -1; turn < options.turns; turn++)
    for (const [name, way] of Object.entries(WAYS)) {
      const [before, startMs] = [await timesOf(pid), performance.now()];
      const endMs = startMs + options.seconds * 1000;
      const items = await way(place, () => (performance.now() < endMs ? make() : undefined));
      const [after, seconds] = [await timesOf(pid), (performance.now() - startMs) / 1000];
      if (turn < 0) continue; // it warms up
      const [mainMs = NaN, allMs = NaN] = after.map((time, at) => ((time - before[at]!) * 1000) / items);
      turns.get(name)!.push({ rate: items / seconds, mainMs, allMs });
    }
  const [[, http] = ['', []]] = turns;
  process.stdout.write(
    `\n| ${kind} | a second ÷ HTTP's | main thread, ms an item | all threads, ms an item | bytes an item |\n|---|--:|--:|--:|--:|\n`,
  );
  for (const [name, own] of turns) {
    const ratio = median(own.map(({ rate }, at) => rate / http[at]!.rate));
    const [main, all] = [median(own.map(({ mainMs }) => mainMs)), median(own.map(({ allMs }) => allMs))];
    const bytes = await bytesOf(WAYS[name]!, make, place);
    process.stdout.write(
      `| ${name} | ${ratio.toFixed(2)} | ${main.toFixed(2)} | ${all.toFixed(1)} | ${bytes.toFixed(0)} |\n`,
    );
  }
}

/** Seconds of the processors that a process's main thread has had, and all of them. Linux only. */
async function timesOf(pid: number): Promise<number[]> {
  const files = [`/proc/${pid}/task/${pid}/stat`, `/proc/${pid}/stat`];
  const facts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return facts.map((line) => {
    const [user = NaN, system = NaN] = line.slice(line.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
    return (user + system) / TICKS;
  });
}

/** Bytes of an item and its answer, both ways, through a place between that counts them. */
async function bytesOf(way: Way, make: () => Item, { url, grpc }: Parameters<Way>[0]): Promise<number> {
  let bytes = 0;
  const between = (port: number) =>
    new Promise<{ port: number; close: () => void }>((resolve) => {
      const server = createServer((socket) => {
        const other = connect(port, '127.0.0.1');
        for (const [from, to] of [
          [socket, other],
          [other, socket],
        ] as const) {
          from.on('data', (chunk: Buffer) => (bytes += chunk.length));
          from.on('error', () => to.destroy()).pipe(to);
        }
      });
      server.listen(0, '127.0.0.1', () =>
        resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() }),
      );
    });
  const places = await Promise.all([Number(new URL(url).port), Number(grpc.split(':')[1])].map(between));
  const [http, rpc] = places.map(({ port }) => port);
  let left = COUNTED;
  await way({ url: `http://127.0.0.1:${http}`, grpc: `127.0.0.1:${rpc}` }, () =>
    left-- > 0 ? make() : undefined,
  );
  for (const { close } of places) close();
  return bytes / COUNTED;
}
