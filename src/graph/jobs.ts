// What runs in a process of its own, each with one argument that can be cloned.
export { optimizeFile } from './optimize.js';
export { quantizeFile } from './quantize.js';
