import os from 'node:os';
import type { Config } from '../config.js';
import { availableCores, availableMemory } from '../machine.js';
import { loadModelFolder } from '../model/folder.js';
import { resolveModel } from '../model/resolve.js';
import { resolveOptions } from './open-model.js';

/** One thing looked at: how it is and, unless that is well, what to change. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'problem';
  readonly what: string;
  readonly advice?: string;
}

const SEEN = { ok: ' ok ', warning: 'note', problem: 'FAIL' } as const;
const MIB = 2 ** 20;
/** Longest wait for one answer of Weaviate. */
const WAIT_MS = 10_000;
/** Two towers of the size of ViT-B/32, their sessions and a few photos: below it, few models fit. */
const LITTLE_MEMORY = 1024 * MIB;

/** `handspring doctor`: what of this deployment will not work, and what to change. The exit code: 1 if there is a problem. */
export async function doctor(config: Config, write: (line: string) => void): Promise<number> {
  const findings = [...checkMachine(config), await checkModel(config), ...(await checkWeaviate(config))];
  for (const { state, what, advice } of findings) {
    write(`${SEEN[state]}  ${what}`);
    if (advice !== undefined) write(`      → ${advice}`);
  }
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}

/** Cores and memory that this process may use, beside what the options want of them. */
export function checkMachine(
  config: Pick<Config, 'threads' | 'maxImagePixels' | 'maxPendingPixels'>,
  cores = availableCores(),
  memory = availableMemory(),
): Finding[] {
  const threads = config.threads === 'auto' ? cores : config.threads;
  const imageBytes = config.maxImagePixels * 3;
  const cgroup = memory < os.totalmem() || cores < os.availableParallelism() ? ' (cgroup limits)' : '';
  return [
    threads > cores
      ? {
          state: 'warning',
          what: `${threads} threads on ${cores} cores`,
          advice: `lower THREADS to ${cores}, or give the container more CPU: threads without a core only wait for each other`,
        }
      : { state: 'ok', what: `${cores} cores${cgroup}, ${threads} threads in each tower` },
    memory < LITTLE_MEMORY
      ? {
          state: 'warning',
          what: `${toMiB(memory)} of memory${cgroup}`,
          advice: 'few models besides the starter fit into less than 1 GiB: raise the memory limit',
        }
      : { state: 'ok', what: `${toMiB(memory)} of memory${cgroup}` },
    imageBytes > memory / 4
      ? {
          state: 'warning',
          what: `one image of MAX_IMAGE_PIXELS=${config.maxImagePixels} takes ${toMiB(imageBytes)} of it`,
          advice: `lower MAX_IMAGE_PIXELS to ${Math.floor(memory / 4 / 3)} or less, or raise the memory limit`,
        }
      : { state: 'ok', what: `the largest image allowed takes ${toMiB(imageBytes)}` },
  ];
}

/** The model's folder, as it lies in the cache; nothing is fetched. */
async function checkModel(config: Config): Promise<Finding> {
  try {
    const options = { ...resolveOptions(config), offline: true };
    const { folder, name } = await resolveModel(config.model, options);
    const model = await loadModelFolder(folder, { towers: config.modalities });
    const towers = [model.image && 'image', model.text && 'text'].filter(Boolean).join(' and ');
    return { state: 'ok', what: `model ${name}: complete, ${towers}` };
  } catch (error) {
    return {
      state: 'problem',
      what: `model: ${(error as Error).message}`,
      advice: `see MODEL; a model of the catalogue is fetched by: handspring models pull ${config.model}`,
    };
  }
}

interface WeaviateMeta {
  readonly version?: string;
  readonly modules?: Readonly<
    Record<string, { readonly handspring?: { readonly model?: string } } | undefined>
  >;
}

/** Whether Weaviate is reached from here, and reaches the module: its `/v1/meta` passes on what the module answers. */
export async function checkWeaviate(
  config: Pick<Config, 'weaviate' | 'weaviateApiKey' | 'weaviateHeaders' | 'model'>,
): Promise<Finding[]> {
  if (config.weaviate === '')
    return [
      { state: 'warning', what: 'Weaviate: not looked at', advice: 'give its address as WEAVIATE_URL' },
    ];
  let meta: WeaviateMeta;
  try {
    meta = await readMeta(config);
  } catch (error) {
    const { message, cause } = error as Error;
    return [
      {
        state: 'problem',
        what: `Weaviate at ${config.weaviate}: ${cause instanceof Error ? cause.message : message}`,
        advice:
          'check WEAVIATE_URL (its REST port), WEAVIATE_API_KEY, and that Weaviate runs; it starts after its modules',
      },
    ];
  }
  return [
    { state: 'ok', what: `Weaviate ${meta.version ?? ''} at ${config.weaviate} is reached` },
    judgeModule(meta.modules?.['multi2vec-clip']),
  ];
}

async function readMeta(
  config: Pick<Config, 'weaviate' | 'weaviateApiKey' | 'weaviateHeaders'>,
): Promise<WeaviateMeta> {
  const response = await fetch(`${config.weaviate.replace(/\/+$/, '')}/v1/meta`, {
    headers: {
      ...config.weaviateHeaders,
      ...(config.weaviateApiKey === '' ? {} : { authorization: `Bearer ${config.weaviateApiKey}` }),
    },
    signal: AbortSignal.timeout(WAIT_MS),
  });
  if (!response.ok) throw new Error(`answers ${response.status}`);
  return (await response.json()) as WeaviateMeta;
}

function judgeModule(module: { readonly handspring?: { readonly model?: string } } | undefined): Finding {
  if (module === undefined) {
    return {
      state: 'problem',
      what: 'Weaviate has no module multi2vec-clip',
      advice:
        'set ENABLE_MODULES=multi2vec-clip and CLIP_INFERENCE_API=http://HOST:8080 on Weaviate, and start it again',
    };
  }
  const model = module.handspring?.model;
  return model === undefined
    ? {
        state: 'warning',
        what: "Weaviate's module multi2vec-clip is another service, or cannot be reached by it",
        advice: 'see that CLIP_INFERENCE_API names this service by an address that Weaviate itself can reach',
      }
    : { state: 'ok', what: `Weaviate reaches the module; it serves ${model}` };
}

function toMiB(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
