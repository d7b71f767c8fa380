/** What a process of `background.ts` is asked to do. */
export interface Order {
  readonly module: string;
  readonly name: string;
  readonly job: unknown;
}

export type Answer =
  | { readonly kind: 'result'; readonly result: unknown }
  /** A system error's code stands apart: cloning an error loses it. */
  | { readonly kind: 'error'; readonly error: Error; readonly code: string | undefined };

// A terminal's Ctrl-C is for the parent, which then ends this process; without a parent nobody waits for the answer.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

process.once('message', ({ module, name, job }: Order) => {
  void run(module, name, job).then((answer) => process.send?.(answer, () => process.disconnect()));
});

async function run(module: string, name: string, job: unknown): Promise<Answer> {
  try {
    const jobs = (await import(module)) as Readonly<Record<string, ((job: unknown) => unknown) | undefined>>;
    return { kind: 'result', result: await jobs[name]?.(job) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: 'error', error: error instanceof Error ? error : new Error(String(error)), code };
  }
}
