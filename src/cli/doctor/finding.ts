/** One thing looked at: how it is and, unless that is well, what to change. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'problem';
  readonly what: string;
  readonly advice?: string;
}

const MIB = 2 ** 20;

/** A size for people: `1536 MiB`. */
export function toMiB(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
