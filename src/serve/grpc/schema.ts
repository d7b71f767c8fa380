import { readFileSync } from 'node:fs';
import type { ServiceDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';

/** The files beside this one; the build copies them. */
const FILES = {
  handspring: new URL('./protos/handspring.proto', import.meta.url),
  health: new URL('./protos/health.proto', import.meta.url),
  tei: new URL('./protos/tei.proto', import.meta.url),
  tensor: new URL('./protos/tensor.proto', import.meta.url),
  embeddings: new URL('./protos/embeddings.proto', import.meta.url),
  reflection: new URL('./protos/reflection_v1.proto', import.meta.url),
  reflectionAlpha: new URL('./protos/reflection_v1alpha.proto', import.meta.url),
  details: new URL('./protos/details.proto', import.meta.url),
} as const;

/** What those files import. */
const GOOGLE = ['any', 'duration'].map((name) => `google/protobuf/${name}.proto`);

/** Bytes that are no message of the type that a method takes; told apart here, as grpc-js calls them an error of its own. */
export class Unreadable {
  constructor(readonly cause: unknown) {}
}

/** A message whose list is longer than anything that is let in: it is not decoded, as its entries would fill the memory. */
export class TooMany {
  constructor(
    readonly field: string,
    readonly most: number,
  ) {}
}

/**
 * A message of a stream, not decoded yet: grpc-js has each one of what has arrived decoded at once, and hundreds of small ones that
 * arrive together are a hundred times their size then.
 */
export class Undecoded {
  readonly #bytes: Buffer;
  readonly #type: protobuf.Type;

  constructor(bytes: Buffer, type: protobuf.Type) {
    this.#bytes = bytes;
    this.#type = type;
  }

  decode(): object {
    return decode(this.#type, this.#bytes, undefined);
  }
}

/** The most entries of a message's list, by the field's number. */
export interface ListBound {
  readonly type: string;
  readonly field: number;
  readonly most: number;
}

const root = new protobuf.Root();
for (const name of GOOGLE) root.addJSON(protobuf.common.get(name)?.nested ?? {});
for (const file of Object.values(FILES)) protobuf.parse(readFileSync(file, 'utf8'), root);
root.resolveAll();

/** @param name With its package: `handspring.v1.EmbedRequest`. */
export function messageType(name: string): protobuf.Type {
  return root.lookupType(name);
}

/**
 * A service as grpc-js takes it. What a stream sends comes `Undecoded`, for `guardCalls` to decode as it is read. Protobufjs decodes `bytes` as views of the message, which is no copy of a photo.
 */
export function serviceDefinition(name: string, bounds: readonly ListBound[] = []): ServiceDefinition {
  const methods = root.lookupService(name).methodsArray.map((method) => {
    method.resolve();
    const request = method.resolvedRequestType;
    const response = method.resolvedResponseType;
    if (!request || !response) throw new Error(`${name}/${method.name}: its types are not in the schema`);
    const bound = bounds.find(({ type }) => `.${type}` === request.fullName);
    return [
      method.name,
      {
        path: `/${name}/${method.name}`,
        requestStream: method.requestStream === true,
        responseStream: method.responseStream === true,
        ...codec('request', request, bound),
        ...(method.requestStream && { requestDeserialize: (bytes: Buffer) => new Undecoded(bytes, request) }),
        ...codec('response', response),
      },
    ];
  });
  return Object.fromEntries(methods) as ServiceDefinition;
}

function codec(side: 'request' | 'response', type: protobuf.Type, bound?: ListBound) {
  return {
    [`${side}Serialize`]: (message: object) => Buffer.from(type.encode(message).finish()),
    [`${side}Deserialize`]: (bytes: Buffer) => decode(type, bytes, bound),
  };
}

function decode(type: protobuf.Type, bytes: Buffer, bound: ListBound | undefined): object {
  try {
    if (bound && countEntries(bytes, bound) > bound.most)
      return new TooMany(type.fieldsById[bound.field]?.name ?? '', bound.most);
    return type.decode(bytes);
  } catch (error) {
    return new Unreadable(error);
  }
}

/** How many entries a list has, counted no further than is needed to know that they are too many. */
function countEntries(bytes: Buffer, { field, most }: ListBound): number {
  const reader = protobuf.Reader.create(bytes);
  let count = 0;
  while (reader.pos < reader.len && count <= most) {
    const tag = reader.uint32();
    if (tag >>> 3 === field) count++;
    reader.skipType(tag & 7);
  }
  return count;
}

/** A package of the schema as reflection tells it. */
export interface DescribedFile {
  readonly name: string;
  /** Full names of its services, methods and messages. */
  readonly symbols: ReadonlySet<string>;
  /** A `FileDescriptorProto`. */
  readonly bytes: Uint8Array;
}

/** The packages of these services, and those of what their methods take and give. */
export function fileDescriptors(services: readonly string[]): DescribedFile[] {
  const own = services.map(packageOf);
  const packages = new Set([...own, ...own.flatMap(packagesFor)]);
  const files = root.toDescriptor('proto3').file.map((file) => file as unknown as FileDescriptor);
  const fileOf = (namespace: string) => files.find((file) => file.package === namespace)?.name;
  return files.flatMap((file) => {
    const { name, package: namespace } = file;
    if (!packages.has(namespace)) return [];
    const dependency = packagesFor(namespace).flatMap((needed) => fileOf(needed) ?? []); // which protobufjs leaves out
    const bytes = descriptor.FileDescriptorProto.encode({ ...file, dependency }).finish();
    return [{ name, symbols: new Set(symbolsOf(root.lookup(namespace))), bytes }];
  });
}

interface FileDescriptor {
  readonly name: string;
  readonly package: string;
}

/** Other packages whose messages the methods of this one have. */
function packagesFor(namespace: string): string[] {
  const { nestedArray } = root.lookup(namespace) as protobuf.Namespace;
  const methods = nestedArray.flatMap((nested) =>
    nested instanceof protobuf.Service ? nested.methodsArray : [],
  );
  const types = methods.flatMap((method) => [method.resolvedRequestType, method.resolvedResponseType]);
  const packages = new Set(types.map((type) => packageOf(type?.fullName.slice(1) ?? '')));
  return [...packages].filter((name) => name !== namespace);
}

function packageOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

function symbolsOf(object: protobuf.ReflectionObject | null): string[] {
  if (!object) return [];
  const nested = object instanceof protobuf.Namespace ? object.nestedArray : [];
  const methods = object instanceof protobuf.Service ? object.methodsArray : [];
  return [object.fullName.slice(1), ...[...nested, ...methods].flatMap(symbolsOf)];
}
