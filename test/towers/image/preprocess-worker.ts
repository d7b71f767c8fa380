import { parentPort, workerData } from 'node:worker_threads';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { preprocessImage } from '../../../src/towers/image/preprocess.js';
import { CLIP, fixture, NO_LIMITS } from './reference.js';

const bytes = fixture(workerData as string);
const tensor = await preprocessImage(bytes, await inspectImage(bytes, NO_LIMITS), CLIP, { orient: false });
parentPort?.postMessage(tensor, [tensor.buffer as ArrayBuffer]);
