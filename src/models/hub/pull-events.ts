/** What happens while a model is fetched, in order, for a progress bar or a log. */
export type PullEvent =
  /** Another process is fetching the same model; this one waits for it. */
  | { readonly kind: 'waiting'; readonly folder: string }
  /** A file begins, or goes on after `done` bytes of an earlier try. */
  | {
      readonly kind: 'start';
      readonly path: string;
      readonly done: number;
      readonly total: number | undefined;
    }
  | { readonly kind: 'bytes'; readonly path: string; readonly done: number }
  | { readonly kind: 'retry'; readonly path: string; readonly reason: string }
  /** A file was checked and is in its place. */
  | { readonly kind: 'accepted'; readonly path: string; readonly bytes: number; readonly sha256: string };

export type PullListener = (event: PullEvent) => void;
