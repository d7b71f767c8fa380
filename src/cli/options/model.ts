import type { Modality } from '../../core/modality.js';
import { HUB } from '../../models/hub/hub-defaults.js';
import { defaultCacheDir, homeFolder } from '../../models/cache.js';
import { loadCatalogue } from '../../models/catalogue.js';
import { USUAL_TOWERS } from '../../models/layouts.js';
import { parseModelReference } from '../../models/reference.js';
import * as value from './option-values.js';
import { ALL, MODEL_USERS, SERVERS, option } from './option.js';

/** The modalities that there are towers for. A list of its own, as to load the towers takes as long as most commands; held by a test. */
export const MODALITIES: readonly Modality[] = [...USUAL_TOWERS, 'audio', 'video', 'depth', 'thermal', 'imu'];

/** The name of an image and a text tower together, whatever other towers there are. */
const BOTH = 'both';

const modalityList: value.ValueParser<readonly Modality[]> = (text) => {
  const parsed = value.wordOr(BOTH, value.listOf(...MODALITIES))(text);
  return parsed === BOTH ? USUAL_TOWERS : parsed;
};

/** Modalities as the option is written: `both`, or a list. */
export function modalitiesText(modalities: readonly Modality[]): string {
  const isBoth =
    modalities.length === USUAL_TOWERS.length &&
    USUAL_TOWERS.every((modality) => modalities.includes(modality));
  return isBoth ? BOTH : modalities.join();
}

/** Which model answers, where it comes from, and how it is fed. */
export const MODEL_OPTIONS = {
  model: option({
    flag: '--model',
    env: 'MODEL',
    placeholder: 'MODEL',
    parse: value.text('a model: its name or its folder'),
    checkThere: (model) => void parseModelReference(model, loadCatalogue()),
    fallback: 'starter',
    doc: 'The model that answers: a name of the catalogue, `owner/name@revision` of the hub, or a folder',
    commands: [...ALL, 'bench'],
  }),
  modelAliases: option({
    flag: '--model-aliases',
    env: 'MODEL_ALIASES',
    placeholder: 'NAMES',
    parse: value.names,
    fallback: '',
    doc: 'What MODEL may also be called by clients that name one, such as text-embedding-3-small, with commas between; * for any name. Answers have its own',
    commands: SERVERS,
  }),
  modalities: option({
    flag: '--modalities',
    env: 'MODALITIES',
    placeholder: 'WHICH',
    parse: modalityList,
    fallback: BOTH,
    doc: 'The towers to load: a list of image, text, audio, video, depth, thermal and imu; `both` is image and text. One that is left out costs nothing and is refused by name',
    commands: ['serve', 'bench', 'doctor', 'models', 'embed'],
  }),
  precision: option({
    flag: '--precision',
    env: 'PRECISION',
    placeholder: 'fp32|fp16|int8',
    parse: value.choice('fp32', 'fp16', 'int8'),
    fallback: 'fp32',
    doc: 'The form of the weights. int8 is made here from fp32; see docs/models.md for what it costs and gives',
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
    parse: value.folder,
    fallback: defaultCacheDir({
      platform: process.platform,
      homeFolder: homeFolder(),
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
    parse: value.webAddress(HUB),
    fallback: HUB,
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
    parse: value.optional(value.proxyAddress),
    fallback: '',
    doc: 'The proxy for https addresses when models are fetched',
    commands: MODEL_USERS,
    secret: true,
  }),
  httpProxy: option({
    flag: '--http-proxy',
    env: 'HTTP_PROXY',
    otherEnv: 'http_proxy',
    placeholder: 'URL',
    parse: value.optional(value.proxyAddress),
    fallback: '',
    doc: 'The proxy for http addresses when models are fetched',
    commands: MODEL_USERS,
    secret: true,
  }),
  noProxy: option({
    flag: '--proxy-bypass',
    env: 'NO_PROXY',
    otherEnv: 'no_proxy',
    placeholder: 'HOSTS',
    parse: value.hosts,
    fallback: '',
    doc: 'Hosts that are reached without the proxy, with commas between',
    commands: MODEL_USERS,
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
    doc: "Turn photos by the orientation of their EXIF or XMP first. Off as in the reference: on gives other vectors than Python's. `demo` over a folder has it on",
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
} as const;
