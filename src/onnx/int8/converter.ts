import { ONNXRUNTIME_VERSION } from '../session/onnxruntime-version.js';

/** Raised with every change to what a rewritten or quantised file holds, or to what it is refused for. */
export const CONVERTER_VERSION = 3;

/**
 * What makes the files and the verdicts on them, as part of a path: this converter, and the ONNX Runtime that they were
 * tried out with. What another one made or refused says nothing of what this one would.
 */
export const CONVERTER = `converter-${CONVERTER_VERSION}-onnxruntime-${ONNXRUNTIME_VERSION}`;
