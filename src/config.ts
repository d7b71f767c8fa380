import os from 'node:os';
import { parseRate } from './access/rate.js';
import { HandspringError } from './errors.js';
import { defaultCacheDir } from './model/cache.js';
import * as value from './option-values.js';

/** Where an option applies: the commands that take it as a flag. */
export type CommandName = 'serve' | 'demo' | 'import' | 'evaluate' | 'bench' | 'models';

/** One row of the table of options: everything the command line, the environment and the README say of it. */
export interface Option<T> {
  readonly flag: `--${string}`;
  readonly env: string;
  /** A second spelling of the variable that is in use elsewhere. */
  readonly otherEnv?: string;
  /** What stands for the value in the help: `--port PORT`. */
  readonly placeholder: string;
  readonly parse: value.ValueParser<T>;
  /** The default, written as a user would; without one the option must be given. */
  readonly fallback?: string;
  /** The default as the README shows it, where it depends on the machine. */
  readonly fallbackText?: string;
  readonly doc: string;
  readonly commands: readonly CommandName[];
  /** Never printed: not in logs, not in errors. */
  readonly secret?: true;
  /** A flag that takes no value and means `on`. */
  readonly isSwitch?: true;
  /** A flag that takes two values, joined by a space. */
  readonly isPair?: true;
  /** A flag that may be given more than once; its values are joined by line breaks. */
  readonly repeatable?: true;
}

function option<T>(row: Option<T>): Option<T> {
  return row;
}

const MODEL_USERS = ['serve', 'demo', 'evaluate', 'bench', 'models'] as const;
const SERVERS = ['serve', 'demo'] as const;
const ALL = ['serve', 'demo', 'evaluate'] as const;
const WEAVIATE_USERS = ['demo', 'import', 'evaluate'] as const;

/**
 * Every option. None may be called `HANDSPRING_…`: Kubernetes injects variables such as `HANDSPRING_PORT=tcp://…` for a
 * service of that name.
 */
export const OPTIONS = {
  model: option({
    flag: '--model',
    env: 'MODEL',
    placeholder: 'MODEL',
    parse: value.text('a model: its name or its folder'),
    fallback: 'starter',
    doc: 'The model that answers: a name of the catalogue, `owner/name@revision` of the hub, or a folder',
    commands: [...ALL, 'bench'],
  }),
  modalities: option({
    flag: '--modalities',
    env: 'MODALITIES',
    placeholder: 'WHICH',
    parse: value.choice('both', 'image', 'text'),
    fallback: 'both',
    doc: 'The towers to load: both, image or text. The other one then costs nothing and is refused by name',
    commands: ['serve', 'bench', 'models'],
  }),
  precision: option({
    flag: '--precision',
    env: 'PRECISION',
    placeholder: 'fp32|fp16|int8',
    parse: value.choice('fp32', 'fp16', 'int8'),
    fallback: 'fp32',
    doc: 'The form of the weights. int8 is made here from fp32, in blocks; see the README for what it costs and gives',
    commands: MODEL_USERS,
  }),
  optimize: option({
    flag: '--optimize',
    env: 'OPTIMIZE',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: "Rewrite the model's graphs to do less work with the same answers; once, at the first start, into CACHE_DIR",
    commands: MODEL_USERS,
    isSwitch: true,
  }),
  cacheDir: option({
    flag: '--cache-dir',
    env: 'CACHE_DIR',
    placeholder: 'DIR',
    parse: value.text('a folder'),
    fallback: defaultCacheDir({
      platform: process.platform,
      homeFolder: os.homedir(),
      xdgCacheHome: process.env['XDG_CACHE_HOME'],
      localAppData: process.env['LOCALAPPDATA'],
    }),
    fallbackText: '~/.cache/handspring',
    doc: 'Where downloaded models are kept',
    commands: MODEL_USERS,
  }),
  offline: option({
    flag: '--offline',
    env: 'OFFLINE',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Never touch the network: a model that is not complete in the cache is an error',
    commands: MODEL_USERS,
    isSwitch: true,
  }),
  hfEndpoint: option({
    flag: '--hf-endpoint',
    env: 'HF_ENDPOINT',
    placeholder: 'URL',
    parse: value.text('the address of a hub'),
    fallback: 'https://huggingface.co',
    doc: 'The hub that models are fetched from, or a mirror of it',
    commands: MODEL_USERS,
  }),
  hfToken: option({
    flag: '--hf-token',
    env: 'HF_TOKEN',
    placeholder: 'TOKEN',
    parse: (text) => text,
    fallback: '',
    doc: 'A token for the hub, sent to the hub alone; the variable keeps it out of the list of processes',
    commands: MODEL_USERS,
    secret: true,
  }),
  httpsProxy: option({
    flag: '--https-proxy',
    env: 'HTTPS_PROXY',
    otherEnv: 'https_proxy',
    placeholder: 'URL',
    parse: (text) => text,
    fallback: '',
    doc: 'The proxy for https addresses when models are fetched',
    commands: MODEL_USERS,
  }),
  httpProxy: option({
    flag: '--http-proxy',
    env: 'HTTP_PROXY',
    otherEnv: 'http_proxy',
    placeholder: 'URL',
    parse: (text) => text,
    fallback: '',
    doc: 'The proxy for http addresses when models are fetched',
    commands: MODEL_USERS,
  }),
  noProxy: option({
    flag: '--no-proxy-for',
    env: 'NO_PROXY',
    otherEnv: 'no_proxy',
    placeholder: 'HOSTS',
    parse: (text) => text,
    fallback: '',
    doc: 'Hosts that are reached without the proxy, with commas between',
    commands: MODEL_USERS,
  }),
  host: option({
    flag: '--host',
    env: 'HOST',
    placeholder: 'ADDRESS',
    parse: value.text('an address to listen on'),
    fallback: '0.0.0.0',
    doc: 'The address to listen on; `demo` listens on 127.0.0.1 unless told otherwise',
    commands: SERVERS,
  }),
  port: option({
    flag: '--port',
    env: 'PORT',
    placeholder: 'PORT',
    parse: value.wholeNumber(0, 65535),
    fallback: '8080',
    doc: 'The port to listen on; 0 takes a free one',
    commands: SERVERS,
  }),
  opsPort: option({
    flag: '--ops-port',
    env: 'OPS_PORT',
    placeholder: 'off|PORT',
    parse: value.wordOr('off', value.wholeNumber(0, 65535)),
    fallback: 'off',
    doc: 'A port of their own for /metrics and /openapi.json, which PORT then does not answer; probes and /meta are on both. 0 takes a free one',
    commands: SERVERS,
  }),
  allowedTokens: option({
    flag: '--allowed-tokens',
    env: 'AUTHENTICATION_ALLOWED_TOKENS',
    placeholder: 'TOKENS',
    parse: value.tokens,
    fallback: '',
    doc: 'Tokens, one of which /vectorize and the search page then ask for, with commas between. Weaviate sends none. The variable keeps them out of the list of processes',
    commands: SERVERS,
    secret: true,
  }),
  keysFile: option({
    flag: '--keys-file',
    env: 'KEYS_FILE',
    placeholder: 'FILE',
    parse: (text) => text,
    fallback: '',
    doc: 'A JSON file of keys with names and limits of their own, read again whenever it changes; see "Operating it"',
    commands: SERVERS,
  }),
  rateLimit: option({
    flag: '--rate-limit',
    env: 'RATE_LIMIT',
    placeholder: 'off|N/m',
    parse: value.wordOr('off', parseRate),
    fallback: 'off',
    doc: 'Most texts and images of one caller (its key, else its address) in a time, such as 600/m (s, m, h or d); more are answered 429',
    commands: SERVERS,
  }),
  quota: option({
    flag: '--quota',
    env: 'QUOTA',
    placeholder: 'off|N/d',
    parse: value.wordOr('off', parseRate),
    fallback: 'off',
    doc: 'A second, longer limit of the same kind, such as 100000/d. Both are counted in memory, per process',
    commands: SERVERS,
  }),
  trustedProxies: option({
    flag: '--trusted-proxies',
    env: 'TRUSTED_PROXIES',
    placeholder: 'ADDRESSES',
    parse: value.addresses,
    fallback: '',
    doc: "Proxies whose X-Forwarded-For is believed when callers are counted by address: IP addresses, ranges, or loopback, linklocal, uniquelocal. Without any, nobody's is",
    commands: SERVERS,
  }),
  maxConnections: option({
    flag: '--max-connections',
    env: 'MAX_CONNECTIONS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 1_000_000),
    fallback: '4096',
    doc: 'Most connections open at once, idle ones too; one more is answered 429 and closed',
    commands: SERVERS,
  }),
  headersTimeoutMs: option({
    flag: '--headers-timeout',
    env: 'HEADERS_TIMEOUT',
    placeholder: 'TIME',
    parse: value.duration(100),
    fallback: '125s',
    doc: 'Longest time for the header lines of a request, from the opening of a connection on; less than 90 s can cut a connection that Weaviate opened in advance',
    commands: SERVERS,
  }),
  bodyTimeoutMs: option({
    flag: '--body-timeout',
    env: 'BODY_TIMEOUT',
    placeholder: 'TIME',
    parse: value.duration(100),
    fallback: '60s',
    doc: 'Longest time for the body of a request, after its header lines; then 408',
    commands: SERVERS,
  }),
  minBodyRate: option({
    flag: '--min-body-rate',
    env: 'MIN_BODY_RATE',
    placeholder: 'SIZE',
    parse: value.byteSize(0),
    fallback: '16k',
    doc: 'Least bytes a second, over each five seconds, of a body larger than 64 kB; then 408. 0 is no limit',
    commands: SERVERS,
  }),
  threads: option({
    flag: '--threads',
    env: 'THREADS',
    placeholder: 'N',
    parse: value.wholeNumberOrAuto(1, 256),
    fallback: 'auto',
    doc: 'Threads inside each tower; auto takes the cores this process may use (cgroup quota included)',
    commands: [...ALL, 'bench'],
  }),
  encoders: option({
    flag: '--encoders',
    env: 'ENCODERS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 64),
    fallback: '1',
    doc: 'Copies of each tower that work side by side, each with THREADS threads and its own memory; see the benchmark',
    commands: ALL,
  }),
  prepareThreads: option({
    flag: '--prepare-threads',
    env: 'PREPARE_THREADS',
    placeholder: 'N',
    parse: value.wholeNumberOrAuto(1, 64),
    fallback: 'auto',
    doc: 'Threads that decode and resize images; auto takes half the cores, at least 2',
    commands: ALL,
  }),
  maxBatchSize: option({
    flag: '--max-batch-size',
    env: 'MAX_BATCH_SIZE',
    placeholder: 'N',
    parse: value.wholeNumber(1, 1024),
    fallback: '8',
    doc: 'Most images one run of the image tower takes',
    commands: ALL,
  }),
  maxTextBatchSize: option({
    flag: '--max-text-batch-size',
    env: 'MAX_TEXT_BATCH_SIZE',
    placeholder: 'N',
    parse: value.wholeNumber(1, 1024),
    fallback: '32',
    doc: 'Most texts one run of the text tower takes',
    commands: ALL,
  }),
  maxPendingItems: option({
    flag: '--max-pending-items',
    env: 'MAX_PENDING_ITEMS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 1_000_000),
    fallback: '512',
    doc: 'Most texts and images admitted at once; more are answered 429 at once, never queued',
    commands: SERVERS,
  }),
  maxPendingBytes: option({
    flag: '--max-pending-bytes',
    env: 'MAX_PENDING_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(1024),
    fallback: '512MB',
    doc: 'Most request bodies held at once, in bytes; more are answered 429 before they are read',
    commands: SERVERS,
  }),
  maxItems: option({
    flag: '--max-items',
    env: 'MAX_ITEMS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 100_000),
    fallback: '256',
    doc: 'Most texts and images in one request',
    commands: SERVERS,
  }),
  maxBodyBytes: option({
    flag: '--max-body-bytes',
    env: 'MAX_BODY_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(1024),
    fallback: '64MB',
    doc: 'Largest request body; images are base64 there, a third larger than the files',
    commands: SERVERS,
  }),
  maxImageBytes: option({
    flag: '--max-image-bytes',
    env: 'MAX_IMAGE_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(64),
    fallback: '48MB',
    doc: 'Largest encoded image',
    commands: [...ALL, 'import'],
  }),
  maxImagePixels: option({
    flag: '--max-image-pixels',
    env: 'MAX_IMAGE_PIXELS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 178_956_970),
    fallback: '178956970',
    doc: "Most pixels in one image; the default is Pillow's limit",
    commands: ALL,
  }),
  maxPendingPixels: option({
    flag: '--max-pending-pixels',
    env: 'MAX_PENDING_PIXELS',
    placeholder: 'N',
    parse: value.wholeNumberOrAuto(1, 100_000_000_000),
    fallback: 'auto',
    doc: 'Most pixels decoded at once; the next image waits. auto takes an eighth of the memory limit, 3 bytes a pixel',
    commands: ALL,
  }),
  maxTextChars: option({
    flag: '--max-text-chars',
    env: 'MAX_TEXT_CHARS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 10_000_000),
    fallback: '100000',
    doc: 'Longest text, in characters',
    commands: ALL,
  }),
  cacheBytes: option({
    flag: '--cache-bytes',
    env: 'CACHE_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(0),
    fallback: '0',
    doc: 'Memory for vectors of items seen before, by content; equal items in flight are then computed once. 0 is off',
    commands: SERVERS,
  }),
  longText: option({
    flag: '--long-text',
    env: 'LONG_TEXT',
    placeholder: 'truncate|mean|error',
    parse: value.choice('truncate', 'mean', 'error'),
    fallback: 'truncate',
    doc: "What becomes of a text over the model's context length: cut; read in windows whose vectors are averaged; or refused",
    commands: ALL,
  }),
  maxTextWindows: option({
    flag: '--max-text-windows',
    env: 'MAX_TEXT_WINDOWS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 10_000),
    fallback: '16',
    doc: 'Most windows of one text with LONG_TEXT=mean; a longer text is refused',
    commands: ALL,
  }),
  autoOrient: option({
    flag: '--auto-orient',
    env: 'AUTO_ORIENT',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: "Turn photos by their EXIF orientation first. Off as in the reference: on gives other vectors than Python's",
    commands: ALL,
  }),
  normalize: option({
    flag: '--normalize',
    env: 'NORMALIZE',
    placeholder: 'auto|on|off',
    parse: value.choice('auto', 'on', 'off'),
    fallback: 'auto',
    doc: "Scale vectors to length 1; auto does what the model's folder says",
    commands: ALL,
  }),
  deadlineMs: option({
    flag: '--deadline',
    env: 'DEADLINE',
    placeholder: 'TIME',
    parse: value.duration(1),
    fallback: '45s',
    doc: 'Longest time for one request, then 504; Weaviate gives up after 50 s by default',
    commands: SERVERS,
  }),
  shutdownMs: option({
    flag: '--shutdown-timeout',
    env: 'SHUTDOWN_TIMEOUT',
    placeholder: 'TIME',
    parse: value.duration(0),
    fallback: '50s',
    doc: 'Longest time to finish what was admitted after SIGTERM',
    commands: SERVERS,
  }),
  weaviate: option({
    flag: '--weaviate',
    env: 'WEAVIATE_URL',
    placeholder: 'URL',
    parse: (text) => text,
    fallback: '',
    doc: "Weaviate's REST address, such as http://localhost:8080",
    commands: WEAVIATE_USERS,
  }),
  weaviateGrpc: option({
    flag: '--weaviate-grpc',
    env: 'WEAVIATE_GRPC_URL',
    placeholder: 'URL',
    parse: (text) => text,
    fallback: '',
    doc: "Weaviate's gRPC address; without it port 50051 of the same host, or Weaviate Cloud's own",
    commands: WEAVIATE_USERS,
  }),
  weaviateApiKey: option({
    flag: '--weaviate-api-key',
    env: 'WEAVIATE_API_KEY',
    placeholder: 'KEY',
    parse: (text) => text,
    fallback: '',
    doc: 'The API key for Weaviate; the variable keeps it out of the list of processes',
    commands: WEAVIATE_USERS,
    secret: true,
  }),
  weaviateHeaders: option({
    flag: '--weaviate-header',
    env: 'WEAVIATE_HEADERS',
    placeholder: 'HEADER',
    parse: value.headers,
    fallback: '',
    doc: 'A header sent to Weaviate with each request, `Name: value`; more by repeating it, or one a line in the variable',
    commands: WEAVIATE_USERS,
    secret: true,
    repeatable: true,
  }),
  collection: option({
    flag: '--collection',
    env: 'COLLECTION',
    placeholder: 'NAME',
    parse: (text) => text,
    fallback: '',
    doc: 'The Weaviate collection; `import` makes it if it is not there',
    commands: WEAVIATE_USERS,
  }),
  importRoot: option({
    flag: '--root',
    env: 'IMPORT_ROOT',
    placeholder: 'DIR',
    parse: (text) => text,
    fallback: '',
    doc: 'The folder that stored paths are relative to; without it the folder given, or the deepest that holds all given. One collection needs one root',
    commands: ['import'],
  }),
  captions: option({
    flag: '--captions',
    env: 'CAPTIONS',
    placeholder: 'FILE',
    parse: (text) => text,
    fallback: '',
    doc: 'A list of captions: CSV with the columns file and caption, or JSON. Beside it, cat.txt and cat.json are read for cat.jpg',
    commands: ['import'],
  }),
  vectorizeCaptions: option({
    flag: '--vectorize-captions',
    env: 'VECTORIZE_CAPTIONS',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'A new collection makes its vectors of image and caption together, not of the image alone',
    commands: ['import'],
    isSwitch: true,
  }),
  index: option({
    flag: '--index',
    env: 'VECTOR_INDEX',
    placeholder: 'hnsw|flat',
    parse: value.choice('hnsw', 'flat'),
    fallback: 'hnsw',
    doc: 'The vector index of a new collection: hnsw, or flat, which is exact and slower from some ten thousand photos on',
    commands: ['import'],
  }),
  concurrency: option({
    flag: '--concurrency',
    env: 'IMPORT_CONCURRENCY',
    placeholder: 'N',
    parse: value.wholeNumber(1, 64),
    fallback: '4',
    doc: 'Most batches under way at once; fewer while Weaviate or the module refuse',
    commands: ['import'],
  }),
  batchPhotos: option({
    flag: '--batch-photos',
    env: 'BATCH_PHOTOS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 1000),
    fallback: '32',
    doc: 'Most photos in one batch',
    commands: ['import'],
  }),
  batchBytes: option({
    flag: '--batch-bytes',
    env: 'BATCH_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(1024),
    fallback: '16MB',
    doc: 'Most bytes of files in one batch; a larger file goes alone. Memory is about four times this for each batch under way',
    commands: ['import'],
  }),
  checksum: option({
    flag: '--checksum',
    env: 'IMPORT_CHECKSUM',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Read every file to see whether it has changed, instead of trusting its size and time',
    commands: ['import'],
    isSwitch: true,
  }),
  prune: option({
    flag: '--prune',
    env: 'IMPORT_PRUNE',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Afterwards remove the objects whose file is gone from what is imported',
    commands: ['import'],
    isSwitch: true,
  }),
  dryRun: option({
    flag: '--dry-run',
    env: 'IMPORT_DRY_RUN',
    placeholder: 'on|off',
    parse: value.flag,
    fallback: 'off',
    doc: 'Say what would be done, and change nothing',
    commands: ['import'],
    isSwitch: true,
  }),
  patienceMs: option({
    flag: '--patience',
    env: 'IMPORT_PATIENCE',
    placeholder: 'TIME',
    parse: value.duration(0),
    fallback: '2m',
    doc: 'How long nothing may succeed before the import gives up',
    commands: ['import'],
  }),
  report: option({
    flag: '--report',
    env: 'IMPORT_REPORT',
    placeholder: 'FILE',
    parse: value.text('a file to write'),
    fallback: 'import-errors.jsonl',
    doc: 'Where failures are listed, a JSON line {"file", "reason"} each; no failure, no file',
    commands: ['import'],
  }),
  adding: option({
    flag: '--adding',
    env: 'ADDING',
    placeholder: 'auto|on|off',
    parse: value.choice('auto', 'on', 'off'),
    fallback: 'auto',
    doc: 'Whether the search page may add photos: auto allows it on a loopback address only, as whoever reaches the page writes files',
    commands: ['demo'],
  }),
  dataset: option({
    flag: '--dataset',
    env: 'DATASET',
    placeholder: 'DIR',
    parse: value.text('a folder with captions.json'),
    doc: 'The captioned photos to evaluate on: a folder with a captions.json',
    commands: ['evaluate'],
  }),
  compare: option({
    flag: '--compare',
    env: 'COMPARE',
    placeholder: 'A B',
    parse: (text) => text,
    fallback: '',
    doc: 'Two precisions of MODEL, or two models: recall of both, and how near their vectors are to each other',
    commands: ['evaluate'],
    isPair: true,
  }),
  json: option({
    flag: '--json',
    env: 'JSON_FILE',
    placeholder: 'FILE',
    parse: (text) => text,
    fallback: '',
    doc: 'Write the figures to this file as JSON too',
    commands: ['evaluate'],
  }),
  logLevel: option({
    flag: '--log-level',
    env: 'LOG_LEVEL',
    placeholder: 'LEVEL',
    parse: value.choice('debug', 'info', 'warn', 'error', 'silent'),
    fallback: 'info',
    doc: 'Least severe log line written: debug, info, warn, error or silent',
    commands: [...ALL, 'import', 'bench', 'models'],
  }),
  logFormat: option({
    flag: '--log-format',
    env: 'LOG_FORMAT',
    placeholder: 'auto|json|pretty',
    parse: value.choice('auto', 'json', 'pretty'),
    fallback: 'auto',
    doc: 'JSON lines, or coloured text; auto is text on a terminal',
    commands: [...ALL, 'import', 'bench', 'models'],
  }),
} as const;

type Options = typeof OPTIONS;
export type OptionName = keyof Options;
/** Every option with its value, after defaults. */
export type Config = { readonly [K in OptionName]: ReturnType<Options[K]['parse']> };

/** What is wrong with the options, all of it at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Where texts of options come from. */
export interface OptionSources {
  readonly flags: Readonly<Partial<Record<OptionName, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Defaults of this command that differ from the table's. */
  readonly defaults?: Readonly<Partial<Record<OptionName, string>>>;
}

/**
 * A command's options: a flag before a variable before the default. An empty variable counts as absent, as compose files
 * write `PORT=` for "not set". Options of other commands keep their defaults, whatever the environment says.
 * @throws ConfigError that names each wrong value and what was expected in its place.
 */
export function loadConfig(command: CommandName, sources: OptionSources): Config {
  const config: Partial<Record<OptionName, unknown>> = {};
  const problems: string[] = [];
  for (const [name, row] of Object.entries(OPTIONS) as [OptionName, Option<unknown>][]) {
    const concerned = row.commands.includes(command);
    const [source, given] = concerned ? pickSource(name, row, sources) : [row.flag, row.fallback];
    try {
      if (given !== undefined) config[name] = row.parse(given);
      else if (concerned)
        problems.push(`${row.flag} or ${row.env}: expected ${row.doc.toLowerCase()}, received nothing`);
    } catch (error) {
      if (!(error instanceof HandspringError)) throw error;
      problems.push(
        `${source}: expected ${error.message}, received ${row.secret ? 'another' : quote(given ?? '')}`,
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config;
}

function pickSource(
  name: OptionName,
  row: Option<unknown>,
  { flags, env, defaults = {} }: OptionSources,
): [source: string, given: string | undefined] {
  const fromFlag = flags[name];
  if (fromFlag !== undefined) return [row.flag, fromFlag];
  const fromEnv = env[row.env] ?? env[row.otherEnv ?? row.env];
  if (fromEnv !== undefined && fromEnv.trim() !== '') return [row.env, fromEnv.trim()];
  return [row.flag, defaults[name] ?? row.fallback];
}

function quote(given: string): string {
  return JSON.stringify(given.length > 60 ? `${given.slice(0, 60)}…` : given);
}

/** The table of options as Markdown, for the README. */
export function renderOptions(): string {
  const rows = (Object.values(OPTIONS) as Option<unknown>[]).map(
    (row) =>
      `| \`${row.flag}\` | \`${row.env}\` | ${row.fallback ? `\`${row.fallbackText ?? row.fallback}\`` : ''} | ${row.doc.replaceAll('|', '\\|')} |`,
  );
  return ['| flag | variable | default | what it does |', '|---|---|---|---|', ...rows].join('\n');
}
