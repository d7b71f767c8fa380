import { HandspringError } from './errors.js';
import type { Metrics } from '../serve/metrics.js';
import type { Tokenizer } from '../towers/text/tokenizer.js';
import type { Admission } from './admission.js';
import type { Batcher, EncodedRow } from './batcher.js';
import type { PrepareOptions } from '../towers/image/image-preparer.js';
import { untilAborted } from './until-aborted.js';
import type { VectorCache } from './vector-cache.js';
import { WorkSignal } from './work-signal.js';
import type { EmbedOptions, EmbedRequest, EmbedResult, Embedder } from './embedder.js';
import { StageClock } from './stage-clock.js';
import type { StageTimes } from './stage-clock.js';
import { joinWindows, toTextRows } from '../towers/text/long-text.js';
import type { LongTextSettings } from '../towers/text/long-text.js';

type Modality = 'image' | 'text';

export interface ImageTower {
  prepare(bytes: Uint8Array, options: PrepareOptions): Promise<Float32Array<ArrayBuffer>>;
  readonly batcher: Pick<Batcher<Float32Array<ArrayBuffer>>, 'enqueue'>;
}

export interface TextTower {
  readonly tokenizer: Pick<Tokenizer, 'contextLength' | 'tokenize' | 'tokenizeWindows'>;
  readonly batcher: Pick<Batcher<Int32Array<ArrayBuffer>>, 'enqueue'>;
  readonly maxChars: number;
  readonly longText: LongTextSettings;
}

export interface EngineParts {
  /** Absent where that tower is not loaded: asking for it is then refused. */
  readonly image?: ImageTower | undefined;
  readonly text?: TextTower | undefined;
  readonly admission: Admission;
  readonly deadlineMs: number;
  /** Vectors of items seen before, if they are to be kept. */
  readonly cache?: VectorCache | undefined;
  readonly metrics: Metrics;
}

/** How an item is worked on: a query before others, and until its signal is aborted. */
interface RowOptions {
  readonly urgent: boolean;
  readonly signal: AbortSignal;
}

interface Embedded {
  readonly row: EncodedRow;
  readonly prepareMs: number;
  readonly truncated: boolean;
}

/**
 * The way of one request: permits for all its items or a refusal, each item prepared before it queues (so that a bad
 * image fails its own request and no neighbour's batch), then the towers' batches. If one item fails, the others that
 * still wait are dropped and the first item's error is the request's.
 */
export class Engine implements Embedder {
  constructor(private readonly parts: EngineParts) {}

  async embed(request: EmbedRequest, options: EmbedOptions = {}): Promise<EmbedResult> {
    const count = request.texts.length + request.images.length;
    if (count === 0) return toResult([], []);
    if (request.texts.length > 0) this.text();
    if (request.images.length > 0) this.image();
    const release = this.parts.admission.acquire(count);
    this.parts.metrics.itemsAdmitted.set(this.parts.admission.inUse);
    const work = new WorkSignal(this.parts.deadlineMs, options.signal);
    const { signal } = work;
    let failedAfter: Partial<StageTimes> | undefined;
    const onFailure = (times: Partial<StageTimes>) => (failedAfter ??= times);
    try {
      const urgent = count === 1 && options.bulk !== true;
      const texts = request.texts.map((text, at) =>
        this.item(`texts[${at}]`, 'text', onFailure, (clock) =>
          this.remembered('text', text, signal, (own) =>
            this.embedText(text, clock, { urgent, signal: own }),
          ),
        ),
      );
      const images = request.images.map((bytes, at) =>
        this.item(`images[${at}]`, 'image', onFailure, (clock) =>
          this.remembered('image', bytes, signal, (own) =>
            this.embedImage(bytes, clock, { urgent, signal: own }),
          ),
        ),
      );
      return toResult(...(await Promise.all([Promise.all(texts), Promise.all(images)])));
    } catch (error) {
      work.abort(error);
      options.onFailure?.(failedAfter ?? {});
      throw this.failureOf(work, error);
    } finally {
      work.dispose();
      release();
      this.parts.metrics.itemsAdmitted.set(this.parts.admission.inUse);
    }
  }

  /** Names the item in its error, and measures it. */
  private async item(
    name: string,
    modality: Modality,
    onFailure: (times: Partial<StageTimes>) => void,
    work: (clock: StageClock) => Promise<Embedded>,
  ): Promise<Embedded> {
    const { stageSeconds, imagesRefused } = this.parts.metrics;
    const started = performance.now();
    const clock = new StageClock();
    try {
      const embedded = await work(clock);
      stageSeconds.observe({ stage: 'prepare', modality }, embedded.prepareMs / 1000);
      stageSeconds.observe({ stage: 'queue', modality }, embedded.row.queueMs / 1000);
      stageSeconds.observe({ stage: 'encode', modality }, embedded.row.encodeMs / 1000);
      stageSeconds.observe({ stage: 'total', modality }, (performance.now() - started) / 1000);
      return embedded;
    } catch (error) {
      onFailure(clock.times());
      if (!(error instanceof HandspringError)) throw error;
      if (modality === 'image' && error.reason !== undefined) imagesRefused.inc({ reason: error.reason });
      throw error.about(name);
    }
  }

  /** From the cache if there is one; what is computed for it is others' too, and goes on when this caller leaves. */
  private async remembered(
    modality: Modality,
    content: string | Uint8Array,
    signal: AbortSignal,
    compute: (signal: AbortSignal) => Promise<Embedded>,
  ): Promise<Embedded> {
    const { cache, deadlineMs } = this.parts;
    if (!cache) return compute(signal);
    let computed: Embedded | undefined;
    const kept = cache.get(modality, content, async () => {
      const work = new WorkSignal(deadlineMs);
      try {
        computed = await compute(work.signal);
      } catch (error) {
        throw this.failureOf(work, error);
      } finally {
        work.dispose();
      }
      return { vector: computed.row.vector, truncated: computed.truncated };
    });
    const { vector, truncated } = await untilAborted(kept, signal);
    return computed ?? { row: { vector, queueMs: 0, encodeMs: 0 }, prepareMs: 0, truncated };
  }

  private async embedText(text: string, clock: StageClock, options: RowOptions): Promise<Embedded> {
    const { tokenizer, batcher, maxChars, longText } = this.text();
    if (text.length > maxChars) {
      throw new HandspringError(
        'payload_too_large',
        `expected at most ${maxChars} characters (MAX_TEXT_CHARS), received ${text.length}`,
        { limit: 'MAX_TEXT_CHARS' },
      );
    }
    clock.enter('prepareMs');
    const started = performance.now();
    const { rows, truncated } = toTextRows(text, tokenizer, longText);
    if (truncated) this.parts.metrics.textsTruncated.inc();
    const prepareMs = performance.now() - started;
    clock.enter('queueMs');
    const onStart = () => clock.enter('encodeMs');
    const windows = await Promise.all(rows.map((ids) => batcher.enqueue(ids, { ...options, onStart })));
    return { row: joinWindows(windows, longText), prepareMs, truncated };
  }

  private async embedImage(bytes: Uint8Array, clock: StageClock, options: RowOptions): Promise<Embedded> {
    const tower = this.image();
    clock.enter('prepareMs');
    const started = performance.now();
    const pixels = await tower.prepare(bytes, options);
    const prepareMs = performance.now() - started;
    clock.enter('queueMs');
    const onStart = () => clock.enter('encodeMs');
    return { row: await tower.batcher.enqueue(pixels, { ...options, onStart }), prepareMs, truncated: false };
  }

  private text(): TextTower {
    if (!this.parts.text) throw missingTower('text');
    return this.parts.text;
  }

  private image(): ImageTower {
    if (!this.parts.image) throw missingTower('image');
    return this.parts.image;
  }

  /** What callers hear of work that failed. */
  private failureOf(work: WorkSignal, error: unknown): unknown {
    if (!work.isLate || error instanceof HandspringError) return error;
    return new HandspringError('deadline', `not done within DEADLINE=${this.parts.deadlineMs} ms`, {
      limit: 'DEADLINE',
      retryAfterSeconds: 1,
    });
  }
}

function missingTower(modality: Modality): HandspringError {
  return new HandspringError(
    'invalid_request',
    `${modality}s: expected none, this service was started without the ${modality} tower (MODALITIES)`,
  );
}

function toResult(texts: readonly Embedded[], images: readonly Embedded[]): EmbedResult {
  const all = [...texts, ...images];
  const slowest = (pick: (embedded: Embedded) => number) => Math.max(0, ...all.map(pick));
  return {
    textVectors: texts.map(({ row }) => row.vector),
    imageVectors: images.map(({ row }) => row.vector),
    truncatedTexts: texts.flatMap(({ truncated }, index) => (truncated ? [index] : [])),
    timings: {
      prepareMs: slowest(({ prepareMs }) => prepareMs),
      queueMs: slowest(({ row }) => row.queueMs),
      encodeMs: slowest(({ row }) => row.encodeMs),
    },
  };
}
