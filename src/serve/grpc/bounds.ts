/** Calls of one connection at once: what a client has beyond them waits there. */
export const CALLS_OF_CONNECTION = 256;

/** Items of one stream that are worked on at once: two of the largest batches of a tower, so that the next one is ready. */
export const ITEMS_OF_STREAM = 64;
