import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Item } from '../../core/embedder.js';
import { carriedBy } from '../contracts/carried.js';
import { checkCounts } from '../contracts/counts.js';
import { wrong } from '../contracts/wrong.js';
import { answerCall, embedFor } from './answer-call.js';
import type { AnswerParts } from './answer-call.js';
import type { EmbeddingsLimits } from './embeddings.js';
import { readTensor } from './read-tensor.js';
import type { Tensor } from './read-tensor.js';
import { serviceDefinition } from './schema.js';

export interface TensorParts extends AnswerParts {
  readonly limits: Pick<EmbeddingsLimits, 'maxItems' | 'maxTexts'>;
}

const NAME = 'embeddings_proto.Embeddings';

/** As the schema has it, with a reader that bears entries of four bytes. */
export function tensorServiceDefinition(): ServiceDefinition {
  const definition = serviceDefinition(NAME);
  return {
    GetEmbeddings: { ...definition['GetEmbeddings']!, requestDeserialize: readTensor },
  };
}

/** `embeddings_proto.Embeddings`: vectors of images that were prepared elsewhere; see protos/embeddings.proto. */
export function tensorService(parts: TensorParts): UntypedServiceImplementation {
  return {
    GetEmbeddings: answerCall(async (request: Tensor, context) => {
      const items = toItems(request);
      checkCounts('content', items, parts.limits);
      context.carried = carriedBy(items);
      context.facts = { items: items.length };
      const { vectors } = await embedFor(context, items, parts);
      return {
        content: vectors.flatMap(numbersAsEntries),
        shape: [vectors.length, vectors[0]?.length ?? 0],
      };
    }),
  };
}

/** The images of a batch; whether their shape is the tower's, the tower says. */
function toItems({ values, shape, dtype, byteOrder }: Tensor): Item[] {
  if (dtype !== 0) throw wrong('dtype', 'F32 (0)', String(dtype));
  if (byteOrder !== 0) throw wrong('byte_order', 'LE (0)', String(byteOrder));
  const [count = 0, ...sides] = shape;
  if (count === 0 || sides.length === 0)
    throw wrong('shape', 'the number of images and the sides of one, such as [1, 3, 224, 224]', said(shape));
  const size = sides.reduce((product, side) => product * side);
  if (count * size !== values.length)
    throw wrong('content', `${count * size} numbers for the shape ${said(shape)}`, String(values.length));
  return Array.from({ length: count }, (_, at) => ({
    modality: 'image',
    name: `content[${at}]`,
    content: { shape: sides, values: values.subarray(at * size, (at + 1) * size) },
  }));
}

function said(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function numbersAsEntries({ buffer, byteOffset, length }: Float32Array): Uint8Array[] {
  const { BYTES_PER_ELEMENT: bytes } = Float32Array;
  return Array.from({ length }, (_, at) => new Uint8Array(buffer, byteOffset + at * bytes, bytes));
}
