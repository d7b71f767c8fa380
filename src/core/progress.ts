/** How far something has come, told to whoever shows it. */
export interface Progress {
  /** So many more are done. */
  add(count: number): void;
  stop(): void;
}
