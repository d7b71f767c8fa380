import { Engine } from './engine.js';

/** Ends with 3 where no Docker engine can be started: not for a fault of the image, which nobody has then looked at. */
try {
  await (await Engine.start()).stop();
} catch (error) {
  process.stderr.write(`NOT ANSWERED: ${(error as Error).message}\n`);
  process.exitCode = 3;
}
