import { createRequire } from 'node:module';
import type Sharp from 'sharp';

/**
 * The image library. By `require`, as its ES module imports a JSON file: Node 20.9 cannot read that, and until 20.18.3 and
 * 22.12 Node warns of it on standard error.
 */
export const sharp = createRequire(import.meta.url)('sharp') as typeof Sharp;
