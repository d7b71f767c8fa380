import './no-telemetry.js'; // before the library is loaded, which the next line does
export { InferenceSession, Tensor, env } from 'onnxruntime-node';
