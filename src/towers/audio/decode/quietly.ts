import { AsyncLocalStorage } from 'node:async_hooks';

const inDecoder = new AsyncLocalStorage<true>();
let isListening = false;

/**
 * Calls a decoder, whose words on the console are dropped, those after it has waited too: it has one for each frame that it cannot
 * follow, so that a caller's file could fill a log, and tells the same in its answer. What else is printed meanwhile, in this
 * thread too, is printed.
 */
export function quietly<T>(call: () => T): T {
  listen();
  return inDecoder.run(true, call);
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  const print = console.error.bind(console);
  console.error = (...words: unknown[]) => {
    if (inDecoder.getStore() === undefined) print(...words);
  };
}
