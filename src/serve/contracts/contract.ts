import type { EmbedResult, Item, PendingContent } from '../../core/embedder.js';
import type { HandspringError } from '../../core/errors.js';
import type { Modality } from '../../core/modality.js';
import type { FailureForm } from './failure-form.js';
import type { Balance } from '../access/item-limits.js';
import type { JsonOperation } from '../openapi/operation.js';

/** The model behind the contracts. */
export interface ServedModel {
  /** The catalogue's name, `owner/name@revision`, or the folder's. */
  readonly name: string;
  /** What there is a tower for. */
  readonly modalities: readonly Modality[];
  /** Length of the vectors. */
  readonly dimensions: number;
  /** Whether vectors have length 1 as the towers give them. */
  readonly normalized: boolean;
  /** Tokens of the longest text that is read at once; absent without a text tower. */
  readonly contextLength?: number | undefined;
  /** Whether longer texts are answered, cut or read in parts; else they are refused. */
  readonly takesLongTexts: boolean;
  /** Shorter lengths that it was trained to be cut to. */
  readonly matryoshkaDimensions: readonly number[];
  /** What it wants before texts, by name; see `promptOf`. */
  readonly prompts?: Readonly<Record<string, string>>;
  /** What it may also be called in a request; `*` for anything. */
  readonly aliases: readonly string[];
}

/** What a contract's parser may need to know of the service. */
export interface Served {
  /** Most items in one request; of a contract that counts by kind, most that are no texts. */
  readonly maxItems: number;
  /** Most texts in one request of a contract that counts by kind. */
  readonly maxTexts: number;
  readonly model: ServedModel;
  /** Fetches images by their address; absent where IMAGE_URLS is off. See `imageContent`. */
  readonly fetchImage?: ((address: string) => PendingContent) | undefined;
}

/** A request as its contract understood it. */
export interface ContractRequest {
  /** In the order in which they are answered; each with a name in the contract's own words. */
  readonly items: readonly Item[];
  /** Texts longer than the model's context are to be refused, not cut. */
  readonly whole?: boolean;
  /** How many of what it carried, for the log line and the trace: `{ texts: 2, images: 0 }`. Never payloads. */
  readonly counts: Readonly<Record<string, number>>;
  /** The answer's body, in which vectors stand as they are: see `toJson`. */
  render(result: EmbedResult): object;
  /** Headers of the answer beside those that every contract has; what the caller has left of its limits, if it has any. */
  headers?(result: EmbedResult, balances: readonly Balance[]): Readonly<Record<string, string>>;
}

/**
 * One way to ask for vectors over HTTP. A contract is a value: what is common to all (limits, authentication, counting,
 * tracing, time-outs) is put around it by `contractRoutes`, and several may share a path.
 */
export interface Contract {
  /** Its label in metrics. */
  readonly name: string;
  /** Of `POST`. */
  readonly path: string;
  /** What all of its items are, where it takes one modality alone: without a tower for it there is nothing that it answers. */
  readonly only?: Modality;
  /** Whether a body is this contract's, where several share a path. Absent: it takes what no other one does. */
  readonly accepts?: (body: unknown) => boolean;
  /**
   * Whether texts are counted apart from other items, as clients of other APIs send thousands of them: see `checkCounts`.
   * Absent: all are counted together.
   */
  readonly countsByKind?: boolean;
  /** Tells better what is wrong with a body of too many values, if it can. */
  readonly explainTooMany?: (bytes: Buffer) => HandspringError | undefined;
  /**
   * What the log calls a request, for clients that pass on nothing of a failure but its status: its reason then stands there, too.
   * Of a body that was accepted; never what was sent to be embedded.
   */
  readonly labelOf?: (body: unknown) => string | undefined;
  /**
   * Where in a body files in base64 may be, `image` or in a list `images[]`: those that are large come to `accepts` and `parse` decoded,
   * as `Base64` has them. Absent: all are strings.
   */
  readonly filesAt?: readonly string[];
  /**
   * @param body Parsed JSON; `undefined` for an empty body.
   * @throws HandspringError that names the item which is wrong, what was expected and what was received.
   */
  parse(body: unknown, served: Served): ContractRequest;
  /** How its failures are told, also those before the body was read; absent: as all of its path are, see `failureFormOf`. */
  readonly failure?: FailureForm;
  /** What the OpenAPI document tells of it. */
  readonly operation: JsonOperation;
  /** The request as this model takes it, where that is less than the operation says. */
  readonly requestOf?: (model: ServedModel) => object;
}

/** Those of one path. */
export interface PathContracts {
  /** Takes what none of the others accepts, and stands for them all until the body is read. */
  readonly usual: Contract;
  readonly others: readonly Contract[];
}

/** @throws Error if the contracts of a path leave open, or contradict each other, whose an unread body is. */
export function contractsByPath(contracts: readonly Contract[]): ReadonlyMap<string, PathContracts> {
  const paths = new Map<string, PathContracts>();
  for (const path of new Set(contracts.map((contract) => contract.path))) {
    const sharing = contracts.filter((contract) => contract.path === path);
    const [usual, ...rivals] = sharing.filter(({ accepts }) => !accepts);
    if (!usual || rivals.length > 0)
      throw new Error(
        `${path}: expected one contract that accepts what the others do not, received ${rivals.length + (usual ? 1 : 0)}`,
      );
    paths.set(path, { usual, others: sharing.filter(({ accepts }) => accepts) });
  }
  return paths;
}

/** Whose a body is. */
export function contractOf({ usual, others }: PathContracts, body: unknown): Contract {
  return others.find(({ accepts }) => accepts?.(body)) ?? usual;
}
