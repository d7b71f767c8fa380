/** What ONNX Runtime's profiler writes of one thing that it did, as far as is read here. */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly op_name?: string };
}

/** What the nodes of one kind of operator took. */
export interface OperatorTime {
  readonly operator: string;
  /** Nodes that ran, over all runs. */
  readonly calls: number;
  readonly milliseconds: number;
  /** Of all operators' time, 0 to 1. */
  readonly share: number;
}

/** The time of each kind of operator in a profile of ONNX Runtime, the longest first; of a node its kernel alone. */
export function operatorTimes(profile: string): OperatorTime[] {
  const sums = new Map<string, { calls: number; milliseconds: number }>();
  let all = 0;
  for (const { cat, name = '', dur = 0, args } of JSON.parse(profile) as ProfileEvent[]) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const operator = args?.op_name ?? 'unknown';
    const { calls, milliseconds } = sums.get(operator) ?? { calls: 0, milliseconds: 0 };
    sums.set(operator, { calls: calls + 1, milliseconds: milliseconds + dur / 1000 });
    all += dur / 1000;
  }
  return Array.from(sums, ([operator, sum]) => ({ operator, ...sum, share: sum.milliseconds / all })).sort(
    (a, b) => b.milliseconds - a.milliseconds,
  );
}
