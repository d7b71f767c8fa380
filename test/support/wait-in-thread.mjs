// A preload for `node --import`: a thread that opens the file WAIT_FOR_FILE waits there without end, as it would inside native code that
// loads a large model, and says so by making the file WAITING.
import files from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) {
  const { openSync } = files;
  files.openSync = (file, ...rest) => {
    if (file !== process.env.WAIT_FOR_FILE) return openSync(file, ...rest);
    files.writeFileSync(process.env.WAITING, 'now');
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  syncBuiltinESMExports();
}
