import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startModule } from './module.js';
import { nextCommands } from './next-commands.js';
import { freePorts } from './ports.js';
import { cacheFolder } from './program.js';
import { chooseRuntime, startWeaviate, waitUntilReady } from './server.js';

const HELP = `Usage: weaviate/run [options]

Starts a Weaviate and the module on this machine, and stops both on Ctrl-C.

  --model MODEL        the module's model, a name or a folder (default starter)
  --port PORT          Weaviate's HTTP port (default 8080)
  --grpc-port PORT     Weaviate's gRPC port (default 50051)
  --module-port PORT   the module's port (default: a free one)
  --data FOLDER        where Weaviate keeps its data (default: the user's cache)
  --help               this text
`;

const OPTIONS = {
  model: { type: 'string', default: 'starter' },
  port: { type: 'string', default: '8080' },
  'grpc-port': { type: 'string', default: '50051' },
  'module-port': { type: 'string' },
  data: { type: 'string', default: path.join(cacheFolder(process.env), 'data') },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Both programs until one of them ends or a signal comes; gives the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const started: (() => Promise<void>)[] = [];
  try {
    return await Promise.race([signalled(), start(values, (stop) => started.push(stop))]);
  } finally {
    for (const stop of started.reverse()) await stop();
  }
}

/** Starts both and prints their addresses; resolves only when one of them ends. Each is announced with what stops it. */
async function start(values: Values, announce: (stop: () => Promise<void>) => void): Promise<number> {
  const runtime = await chooseRuntime(process.env, say);
  const dataPath = path.resolve(values.data);
  await mkdir(dataPath, { recursive: true });
  const [anyPort = 0] = await freePorts(1);
  const modulePort = toPort('--module-port', values['module-port'] ?? String(anyPort));
  const weaviate = await startWeaviate(runtime, {
    modulePort,
    httpPort: toPort('--port', values.port),
    grpcPort: toPort('--grpc-port', values['grpc-port']),
    dataPath,
    // Collections of photos and sounds; which towers there are, MODALITIES says.
    variables: {
      ENABLE_MODULES: 'multi2vec-clip,multi2vec-bind',
      BIND_INFERENCE_API: `http://${runtime.moduleHost}:${modulePort}`,
    },
    env: process.env,
  });
  announce(weaviate.stop);
  const module = startModule({
    host: runtime.listenHost,
    port: modulePort,
    model: values.model,
    env: process.env,
    onLine: say,
  });
  announce(module.stop);
  const { url } = await module.ready;
  await waitUntilReady(weaviate);
  process.stdout.write(
    `Weaviate   ${weaviate.url} (gRPC on port ${weaviate.grpcPort}, data in ${dataPath})\n` +
      `Handspring ${url} (model ${values.model})\n` +
      `\nTo go on, in another terminal:\n${nextCommands(weaviate)
        .map((command) => `  ${command}\n`)
        .join('')}\n` +
      'Ctrl-C stops both.\n',
  );
  return Promise.race(
    [weaviate.child, module.child].map(async (child) => failed(child.ended(await child.exited))),
  );
}

function toPort(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 1 && port <= 65535) return port;
  throw new Error(`${flag}: expected a port from 1 to 65535, received ${text}`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function signalled(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(0));
    process.once('SIGTERM', () => resolve(0));
  });
}

function failed(error: Error): number {
  process.stderr.write(`${error.message}\n`);
  return 1;
}

process.exitCode = await main().catch((error: unknown) => failed(error as Error));
