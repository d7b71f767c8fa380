// Loads TypeScript as it is: node --import ./scripts/run-typescript.mjs FILE.ts. Not `--import tsx`, which does nothing in
// worker threads (github.com/privatenumber/tsx/issues/354); threads inherit this flag and run this file, each for itself.
import { register } from 'tsx/esm/api';

register();
