import type { GraphProto, OnnxNode, Tensor } from '../file/decoded-model.js';

/** One place where a value is read: input `index` of `node`. */
export interface Use {
  readonly node: OnnxNode;
  readonly index: number;
}

/** Who makes and who reads each value of a graph. */
export interface GraphIndex {
  readonly producers: Map<string, OnnxNode>;
  readonly uses: Map<string, Use[]>;
  readonly weights: Map<string, Tensor>;
}

export function indexGraph(graph: GraphProto): GraphIndex {
  const inputs = new Set(graph.input.map(({ name }) => name));
  const weights = new Map(
    graph.initializer.filter(({ name }) => !inputs.has(name)).map((tensor) => [tensor.name, tensor]),
  );
  const producers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const uses = new Map<string, Use[]>();
  for (const node of graph.node) {
    for (const { value, index } of readBy(node)) {
      const list = uses.get(value);
      if (list === undefined) uses.set(value, [{ node, index }]);
      else list.push({ node, index });
    }
  }
  return { producers, uses, weights };
}

/** What a node reads. Inputs that are left out have an empty name. */
export function readBy(node: OnnxNode): { value: string; index: number }[] {
  return node.input.flatMap((value, index) => (value === '' ? [] : [{ value, index }]));
}

/**
 * The nodes that these values need, depth first, so that each stands after its inputs.
 * @throws Error if nodes need each other.
 */
export function orderedNodes(
  values: readonly string[],
  producer: (value: string) => OnnxNode | undefined,
): OnnxNode[] {
  const ordered: OnnxNode[] = [];
  const state = new Map<OnnxNode, 'open' | 'done'>();
  const stack = values.flatMap((value) => producer(value) ?? []).reverse();
  while (stack.length > 0) {
    const node = stack.at(-1) as OnnxNode;
    if (state.get(node) === undefined) {
      state.set(node, 'open');
      for (const { value } of readBy(node).reverse()) {
        const before = producer(value);
        if (before === undefined || state.get(before) === 'done') continue;
        if (state.get(before) === 'open') throw new Error('graph: expected no cycle, received one');
        stack.push(before);
      }
    } else {
      stack.pop();
      if (state.get(node) === 'open') ordered.push(node);
      state.set(node, 'done');
    }
  }
  return ordered;
}
