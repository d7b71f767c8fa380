/**
 * Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once.
 * @param onFirst Called at the first one, to tell what happens now.
 */
export function listenForInterrupt(onFirst?: (signal: NodeJS.Signals) => void): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      endAtOnce(signal);
      return;
    }
    controller.abort();
    onFirst?.(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

/** Ends the process by the signal itself: `process.exit` would wait for what native code is decoding or loading in threads. */
export function endAtOnce(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
