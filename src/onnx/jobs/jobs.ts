// What runs in a process of its own, each with one argument that can be cloned.
export { optimizeFile } from '../rewrite/optimize.js';
export { quantizeFile } from '../int8/quantize.js';
