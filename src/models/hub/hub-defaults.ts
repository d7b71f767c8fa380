/** The hub that models are fetched from unless another one is named. */
export const HUB = 'https://huggingface.co';

/** A connection that brings no byte for so long is given up and tried again. */
export const STALL_MS = 30_000;
