import { walkPhotos } from '../../src/photos/walk.js';

/** A process that walks a folder within the limits it was started with, and counts what it finds. */
const [root = ''] = process.argv.slice(2);
const counts: Record<string, number> = {};
for await (const { kind } of walkPhotos({ root, given: [root] })) counts[kind] = (counts[kind] ?? 0) + 1;
process.stdout.write(JSON.stringify(counts));
