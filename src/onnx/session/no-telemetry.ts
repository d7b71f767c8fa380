/**
 * ONNX Runtime from 1.29 on reports sessions and their speed to its maker, and keeps an identifier in the home folder,
 * unless this is set before its library is loaded. Whoever wants that can set it to 0.
 * Source: the library's own environment variable; onnxruntime/core/platform/posix/telemetry.cc.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
