import type { Config } from '../options/config.js';
import { connectToWeaviate } from '../../photos/weaviate/connection.js';
import { toEndpoints } from '../../photos/weaviate/address.js';
import { addressOf } from '../weaviate-address.js';
import type { Finding } from './finding.js';

/** Longest wait for one answer of Weaviate. */
const WAIT_MS = 10_000;

type WeaviateConfig = Pick<Config, 'weaviate' | 'weaviateGrpc' | 'weaviateApiKey' | 'weaviateHeaders'>;

/** What the module's `/meta` says, as Weaviate passes it on. */
interface ModuleMeta {
  /** Weaviate's own words where it does not get an answer. */
  readonly error?: string;
  readonly handspring?: { readonly model?: string | null };
}

interface WeaviateMeta {
  readonly version?: string;
  readonly modules?: Readonly<Record<string, ModuleMeta | undefined>>;
}

/**
 * Whether Weaviate is reached from here, and reaches the module: its `/v1/meta` passes on what the module answers.
 * @param model What the module should serve; any, where that is not known.
 */
export async function checkWeaviate(config: WeaviateConfig, model?: string): Promise<Finding[]> {
  if (config.weaviate === '') {
    const advice = 'give its address as WEAVIATE_URL';
    return [{ state: 'warning', what: 'Weaviate: not looked at', advice }];
  }
  try {
    const meta = await readMeta(config);
    return [
      { state: 'ok', what: `Weaviate ${meta.version ?? ''} at ${config.weaviate} is reached` },
      judgeModule(meta, model),
      await checkGrpc(config),
    ];
  } catch (error) {
    const { message, cause } = error as Error;
    const what = `Weaviate at ${config.weaviate}: ${cause instanceof Error ? cause.message : message}`;
    const advice =
      'check WEAVIATE_URL (its REST port), WEAVIATE_API_KEY, and that Weaviate and its module run: it starts after its modules, and answers this only while they do';
    return [{ state: 'problem', what, advice }];
  }
}

/** Searching and importing go over gRPC, which has an address of its own. */
async function checkGrpc(config: WeaviateConfig): Promise<Finding> {
  const address = addressOf(config);
  const { grpc } = toEndpoints(address);
  try {
    await (await connectToWeaviate(address)).close();
    return { state: 'ok', what: `Weaviate is reached over gRPC at ${grpc.host}` };
  } catch (error) {
    const advice = 'set WEAVIATE_GRPC_URL to its gRPC port: the import and the search page need it';
    return { state: 'problem', what: (error as Error).message, advice };
  }
}

async function readMeta({
  weaviate,
  weaviateApiKey,
  weaviateHeaders,
}: WeaviateConfig): Promise<WeaviateMeta> {
  const response = await fetch(`${weaviate.replace(/\/+$/, '')}/v1/meta`, {
    headers: {
      ...weaviateHeaders,
      ...(weaviateApiKey === '' ? {} : { authorization: `Bearer ${weaviateApiKey}` }),
    },
    signal: AbortSignal.timeout(WAIT_MS),
  });
  if (!response.ok) throw new Error(`answers ${response.status}`);
  return (await response.json()) as WeaviateMeta;
}

/** The modules that the import and the page use, and how each is told where this service is. */
const ADDRESSED_BY = { 'multi2vec-clip': 'CLIP_INFERENCE_API', 'multi2vec-bind': 'BIND_INFERENCE_API' };

function judgeModule({ modules = {} }: WeaviateMeta, wanted: string | undefined): Finding {
  const name = modules['multi2vec-clip'] ? 'multi2vec-clip' : 'multi2vec-bind';
  const module = modules[name];
  if (module === undefined) {
    return {
      state: 'problem',
      what: 'Weaviate has no module multi2vec-clip',
      advice:
        'set ENABLE_MODULES=multi2vec-clip and CLIP_INFERENCE_API=http://HOST:8080 on Weaviate, and start it again',
    };
  }
  const variable = ADDRESSED_BY[name];
  const address = `see that ${variable} names this service by an address that Weaviate itself can reach`;
  if (typeof module.error === 'string') {
    const what = `Weaviate does not reach its module ${name}: ${module.error}`;
    return { state: 'problem', what, advice: `start the module; ${address}` };
  }
  if (module.handspring === undefined) {
    return { state: 'warning', what: `Weaviate's module ${name} is another service`, advice: address };
  }
  const { model } = module.handspring;
  if (typeof model !== 'string')
    return { state: 'warning', what: 'Weaviate reaches the module, which is still loading its model' };
  if (wanted === undefined || model === wanted)
    return { state: 'ok', what: `Weaviate reaches the module; it serves ${model}` };
  return {
    state: 'problem',
    what: `Weaviate's module serves ${model}, and MODEL is ${wanted}`,
    advice: `set MODEL=${model}, or point ${variable} at a service with ${wanted}: vectors of two models cannot be compared`,
  };
}
