/**
 * Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once.
 * @param onFirst Called at the first one, to tell what happens now.
 */
export function listenForInterrupt(onFirst?: () => void): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      // By the signal itself: `process.exit` would wait for the images that native code is decoding.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    controller.abort();
    onFirst?.();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
