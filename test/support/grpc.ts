import { Client, Metadata, credentials } from '@grpc/grpc-js';
import type {
  CallOptions,
  ClientDuplexStream,
  MethodDefinition,
  ServiceError,
  StatusObject,
} from '@grpc/grpc-js';
import { pino } from 'pino';
import type { Embedder } from '../../src/core/embedder.js';
import { listenGrpc } from '../../src/serve/grpc/listen.js';
import type { GrpcLimits, GrpcParts } from '../../src/serve/grpc/listen.js';
import { messageType, serviceDefinition } from '../../src/serve/grpc/schema.js';
import { openBodyRoom } from '../../src/serve/limits/admit-body.js';
import { createMetrics } from '../../src/serve/metrics.js';
import type { Metrics } from '../../src/serve/metrics.js';
import { FAKE_MODEL, fakeEmbedder } from './app.js';

export const GRPC_LIMITS: GrpcLimits = {
  maxItems: 8,
  maxPendingItems: 512,
  maxTexts: 16,
  maxBodyBytes: 4096,
  maxPendingBytes: 100_000,
  maxConnections: 1000,
  bodyTimeoutMs: 60_000,
  responseTimeoutMs: 30_000,
  headersTimeoutMs: 125_000,
};

export interface TestGrpc {
  readonly address: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly client: TestClient;
  close(): Promise<void>;
  stop(): Promise<void>;
}

/** A gRPC port on loopback, around a fake embedder unless told otherwise. */
export async function startTestGrpc(
  parts: Partial<Omit<GrpcParts, 'limits'>> = {},
  limits: Partial<GrpcLimits> = {},
): Promise<TestGrpc> {
  const metrics = createMetrics();
  const whole = { ...GRPC_LIMITS, ...limits };
  const listener = await listenGrpc({
    host: '127.0.0.1',
    port: 0,
    embedder: fakeEmbedder,
    model: () => FAKE_MODEL,
    lifecycle: { phase: () => 'ready' },
    bodyRoom: openBodyRoom(whole, metrics),
    metrics,
    log: pino({ level: 'silent' }),
    ...parts,
    limits: whole,
  });
  const address = `127.0.0.1:${listener.port}`;
  const client = new TestClient(address);
  return {
    address,
    port: listener.port,
    metrics,
    client,
    stop: () => listener.close(),
    close: () => {
      client.close();
      listener.destroy();
      return Promise.resolve();
    },
  };
}

/** What a call ended with. */
export interface Ending {
  readonly code: number;
  readonly details: string;
  /** Its trailers. */
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly message: Readonly<Record<string, unknown>> | undefined;
  /** What the service sent before its answer. */
  readonly headers: Readonly<Record<string, unknown>>;
}

/** An answer of `EmbedStream`. */
export interface Outcome {
  readonly id: number;
  readonly outcome: 'vector' | 'failure';
  readonly vector?: object;
  readonly failure?: Readonly<Record<string, unknown>>;
}

export interface OpenedStream {
  readonly call: ClientDuplexStream<object, object>;
  /** Those that have come so far. */
  readonly outcomes: readonly Outcome[];
  /** How it ends. */
  readonly ended: Promise<StatusObject>;
}

/** A real client of grpc-js for any service of the schema. */
export class TestClient extends Client {
  constructor(address: string) {
    super(address, credentials.createInsecure(), { 'grpc.max_receive_message_length': -1 });
  }

  method(path: string): MethodDefinition<object, object> {
    const [service = '', method = ''] = path.split('/');
    return serviceDefinition(service)[method] as MethodDefinition<object, object>;
  }

  /** `EmbedStream`, which is read as it comes. */
  openStream(): OpenedStream {
    const path = 'handspring.v1.Embeddings/EmbedStream';
    const { requestSerialize, responseDeserialize } = this.method(path);
    const call: ClientDuplexStream<object, object> = this.makeBidiStreamRequest(
      `/${path}`,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
    );
    const outcomes: Outcome[] = [];
    call.on('data', (answer: Outcome) => outcomes.push(Object.assign(answer, { id: Number(answer.id) })));
    call.on('error', () => undefined);
    const ended = new Promise<StatusObject>((resolve) => call.once('status', resolve));
    return { call, outcomes, ended };
  }

  /** @param path `handspring.v1.Embeddings/Embed` */
  ask(
    path: string,
    request: object,
    headers: Record<string, string> = {},
    options: CallOptions = {},
  ): Promise<Ending> {
    const { requestSerialize, responseDeserialize } = this.method(path);
    return this.askRaw(path, requestSerialize(request), headers, options, responseDeserialize);
  }

  /** The same with whatever bytes. */
  askRaw(
    path: string,
    request: Buffer,
    headers: Record<string, string> = {},
    options: CallOptions = {},
    deserialize: (bytes: Buffer) => object = (bytes) => bytes,
  ): Promise<Ending> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return new Promise((resolve) => {
      let message: Ending['message'];
      let sent: Metadata | undefined;
      const call = this.makeUnaryRequest(
        `/${path}`,
        (bytes: Buffer) => bytes,
        deserialize,
        request,
        metadata,
        options,
        (_error: ServiceError | null, answer?: object) => (message = answer as Ending['message']),
      );
      call.on('metadata', (metadata: Metadata) => (sent = metadata));
      call.on('status', ({ code, details, metadata }) =>
        setImmediate(() =>
          resolve({ code, details, trailers: metadata.getMap(), headers: sent?.getMap() ?? {}, message }),
        ),
      );
    });
  }
}

/** The numbers of a `Vector`. */
export function numbersOf(vector: unknown): number[] {
  const { values } = vector as { values: Buffer };
  return Array.from(new Float32Array(new Uint8Array(values).buffer));
}

/** The `google.rpc.Status` of a call's trailers, its details by their types. */
export function detailsOf({ trailers }: Ending): Record<string, Record<string, unknown>> {
  const { details } = messageType('google.rpc.Status').decode(
    trailers['grpc-status-details-bin'] as Buffer,
  ) as unknown as { details: { type_url: string; value: Buffer }[] };
  return Object.fromEntries(
    details.map(({ type_url: url, value }) => {
      const name = url.replace(/^.*\//, '');
      const type = messageType(name);
      return [name, type.toObject(type.decode(value), { longs: Number })];
    }),
  );
}

/** An embedder that waits until it is told to go on, and tells when it was told to stop. */
export function heldEmbedder(): { embedder: Embedder; release: () => void; aborted: Promise<void> } {
  let release: () => void = () => undefined;
  let tellAborted: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const aborted = new Promise<void>((resolve) => (tellAborted = resolve));
  const embedder: Embedder = {
    embed: async (items, options = {}) => {
      await new Promise<void>((resolve, reject) => {
        void gate.then(resolve);
        options.signal?.addEventListener('abort', () => {
          tellAborted();
          reject(options.signal?.reason as Error);
        });
      });
      return fakeEmbedder.embed(items, options);
    },
  };
  return { embedder, release, aborted };
}
