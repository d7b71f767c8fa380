import type { Attribute, OnnxNode } from '../file/decoded-model.js';
import { AttributeType } from '../file/decoded-model.js';
import { toNumber } from '../file/tensor.js';

/** Whether the node is one of ONNX's own operators of that kind. */
export function isOp<Kind extends string>(
  node: OnnxNode | undefined,
  ...kinds: Kind[]
): node is OnnxNode & { opType: Kind } {
  return node !== undefined && !node.domain && (kinds as string[]).includes(node.opType);
}

/** A node's integer attribute, or `otherwise` where it is left out. */
export function intAttribute(node: OnnxNode, name: string, otherwise: number): number {
  return toNumber(node.attribute.find((attribute) => attribute.name === name)?.i, otherwise);
}

/** A node's list of integers, or undefined where it is left out. */
export function intsAttribute(node: OnnxNode, name: string): number[] | undefined {
  return node.attribute.find((attribute) => attribute.name === name)?.ints?.map(Number);
}

export function withInt(name: string, i: number): Attribute {
  return { name, type: AttributeType.int, i };
}

export function withFloat(name: string, f: number): Attribute {
  return { name, type: AttributeType.float, f };
}

export function withInts(name: string, ints: readonly number[]): Attribute {
  return { name, type: AttributeType.ints, ints: [...ints] };
}
