// What runs in a thread of its own, each with one argument, as a pool's thread is given.
export { optimizeFile } from './optimize.js';
export { quantizeFile } from './quantize.js';
