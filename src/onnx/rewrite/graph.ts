import type { Attribute, GraphProto, OnnxModel, OnnxNode, Tensor } from '../file/decoded-model.js';
import type { GraphIndex, Use } from './graph-index.js';
import { indexGraph, orderedNodes, readBy } from './graph-index.js';

/**
 * A model's graph with an index of who makes and who reads each value. Rewrites change it through the methods here;
 * the index is made anew after a change, at the first question.
 */
export class Graph {
  readonly #graph: GraphProto;
  #index: GraphIndex | undefined;
  #fresh = 0;

  constructor(readonly model: OnnxModel) {
    this.#graph = model.graph;
  }

  /** All nodes, each after those it reads from, as ONNX demands of a file. */
  get nodes(): readonly OnnxNode[] {
    return this.#graph.node;
  }

  /** Whether a node holds graphs of its own (If, Loop, Scan). Rewrites do not look into those, and leave such a model alone. */
  get hasSubgraphs(): boolean {
    return this.nodes.some(({ attribute }) =>
      attribute.some(({ g, graphs }) => g || (graphs?.length ?? 0) > 0),
    );
  }

  /** Version of ONNX's own operators that the model is written for. */
  get opset(): number {
    return Number(this.model.opsetImport.find(({ domain }) => !domain)?.version ?? 0);
  }

  /** The node that makes a value; undefined for inputs and weights. */
  producer(value: string): OnnxNode | undefined {
    return this.#indexed().producers.get(value);
  }

  /** Every place that reads a value. */
  uses(value: string): readonly Use[] {
    return this.#indexed().uses.get(value) ?? [];
  }

  isOutput(value: string): boolean {
    return this.#graph.output.some(({ name }) => name === value);
  }

  /** The tensor of a weight or a Constant node. A weight that is an input too can be replaced at run time: no constant. */
  constant(value: string): Tensor | undefined {
    const { weights, producers } = this.#indexed();
    const weight = weights.get(value);
    if (weight !== undefined) return weight;
    const node = producers.get(value);
    return node?.opType === 'Constant' ? node.attribute.find(({ name }) => name === 'value')?.t : undefined;
  }

  /** A name that no value of the graph has. */
  freshName(stem: string): string {
    const { producers, weights } = this.#indexed();
    for (;;) {
      const name = `${stem}_${this.#fresh++}`;
      if (!producers.has(name) && !weights.has(name)) return name;
    }
  }

  /** Adds a weight and answers its name. */
  addWeight(make: (name: string) => Tensor, stem: string): string {
    const tensor = make(this.freshName(stem));
    this.#graph.initializer.push(tensor);
    this.#index = undefined;
    return tensor.name;
  }

  /** Adds a node and answers its one output. `tidy` puts the node in its place in the order. */
  addNode(opType: string, input: string[], attribute: Attribute[] = [], domain = ''): string {
    const [output = ''] = this.addNodeWithOutputs(1, opType, input, attribute, domain);
    return output;
  }

  /** As `addNode`, for an operator with several outputs. */
  addNodeWithOutputs(
    count: number,
    opType: string,
    input: string[],
    attribute: Attribute[] = [],
    domain = '',
  ): string[] {
    const name = this.freshName(`handspring_${opType}`);
    const output = count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}_${index}`);
    this.#graph.node.push({
      name,
      opType,
      domain,
      input: [...input],
      output: [...output],
      attribute: [...attribute],
    });
    this.#index = undefined;
    if (domain !== '') this.#importDomain(domain);
    return output;
  }

  /** Makes input `index` of a node read another value. */
  setInput({ node, index }: Use, value: string): void {
    node.input[index] = value;
    this.#index = undefined;
  }

  /** Makes every reader of `before` read `after`; a graph output keeps its name by naming the new node after it. */
  replace(before: string, after: string): void {
    const made = this.producer(after);
    if (this.isOutput(before)) {
      const old = this.producer(before);
      if (old === undefined || made === undefined)
        throw new Error('graph: expected nodes on both sides of a replaced output');
      old.output = old.output.map((name) => (name === before ? this.freshName('handspring_unused') : name));
      made.output = made.output.map((name) => (name === after ? before : name));
      for (const use of this.uses(after)) use.node.input[use.index] = before;
    } else {
      for (const use of this.uses(before)) use.node.input[use.index] = after;
    }
    this.#index = undefined;
  }

  /**
   * Drops what no output needs, puts nodes in order and forgets stored shapes of inner values, which a rewrite may have
   * changed. Call it after each rewrite that changed something.
   */
  tidy(): void {
    this.#graph.node = orderedNodes(
      this.#graph.output.map(({ name }) => name),
      (value) => this.producer(value),
    );
    const read = new Set(this.#graph.node.flatMap((node) => readBy(node).map(({ value }) => value)));
    const { output } = this.#graph;
    this.#graph.initializer = this.#graph.initializer.filter(
      ({ name }) => read.has(name) || output.some((value) => value.name === name),
    );
    this.#graph.valueInfo = [];
    this.#index = undefined;
  }

  #importDomain(domain: string): void {
    if (this.model.opsetImport.some((entry) => entry.domain === domain)) return;
    this.model.opsetImport.push({ domain, version: 1 });
  }

  #indexed(): GraphIndex {
    return (this.#index ??= indexGraph(this.#graph));
  }
}
