// What runs in a process of its own, each with one argument that can be cloned.
export { isRowKernelExact } from '../int8/row-kernel.js';
export { optimizeFile } from './optimize-file.js';
export { quantizeFile } from './quantize-file.js';
