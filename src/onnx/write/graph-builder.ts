import type { Attribute, OnnxModel, OnnxNode, Tensor } from '../file/decoded-model.js';
import { DataType } from '../file/decoded-model.js';
import { floatTensor, intTensor } from '../file/tensor.js';

/** A float32 weight that is read when it is written, so that no more than one is in memory. */
export interface LateWeight {
  readonly dims: readonly number[];
  /** Its numbers, row by row. */
  read(): Promise<Float32Array>;
}

/** An input or an output: free dimensions by name. */
export interface GraphEdge {
  readonly name: string;
  readonly type: 'float' | 'int64';
  readonly dims: readonly (number | string)[];
}

/** A model whose large weights are still to be read. */
export interface BuiltModel {
  readonly model: OnnxModel;
  /** The weights that the tensors of the model have no values for. */
  readonly late: ReadonlyMap<Tensor, LateWeight>;
}

const IR_VERSION = 8;
const OPSET = 17;

/** A graph under construction: each call adds a weight or a node, and gives the name of its value. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #tensors: Tensor[] = [];
  readonly #late = new Map<Tensor, LateWeight>();

  node(opType: string, input: readonly string[], attribute: Attribute[] = [], output?: string): string {
    const name = output ?? `v${this.#nodes.length}`;
    const nodeName = `${opType}_${this.#nodes.length}`;
    this.#nodes.push({ name: nodeName, opType, input: [...input], output: [name], attribute });
    return name;
  }

  /** A list of whole numbers, as shapes and axes are. */
  ints(values: readonly number[]): string {
    return this.#add(intTensor(this.#nextName(), values));
  }

  /** A whole number without a dimension. */
  int(value: number): string {
    return this.#add({ ...intTensor(this.#nextName(), [value]), dims: [] });
  }

  /** Small numbers, held in memory. */
  floats(dims: readonly number[], values: Float32Array): string {
    return this.#add(floatTensor(this.#nextName(), dims, values));
  }

  scalar(value: number): string {
    return this.floats([], Float32Array.of(value));
  }

  /** @param name As it is to be called in the file, once. */
  weight(name: string, late: LateWeight): string {
    const tensor: Tensor = { name, dims: [...late.dims], dataType: DataType.float };
    this.#late.set(tensor, late);
    return this.#add(tensor);
  }

  build(input: GraphEdge, output: GraphEdge): BuiltModel {
    const graph = {
      name: 'tower',
      node: this.#nodes,
      initializer: this.#tensors,
      input: [toValueInfo(input)],
      output: [toValueInfo(output)],
      valueInfo: [],
    };
    const opsetImport = [{ domain: '', version: OPSET }];
    return { model: { irVersion: IR_VERSION, opsetImport, graph }, late: this.#late };
  }

  #nextName(): string {
    return `c${this.#tensors.length}`;
  }

  #add(tensor: Tensor): string {
    this.#tensors.push(tensor);
    return tensor.name;
  }
}

function toValueInfo({ name, type, dims }: GraphEdge) {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DataType[type], shape: { dim } } } };
}
