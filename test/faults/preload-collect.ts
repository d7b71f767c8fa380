import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before the program (`--import`): garbage is collected all the time, so that the memory it tells is what it holds, and
 * not what the collector, whose clock no test knows, has not come to yet.
 */
if (isMainThread) {
  setFlagsFromString('--expose-gc');
  setInterval(runInNewContext('gc') as () => void, 500).unref();
}
