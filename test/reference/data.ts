import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Without the folder the suites fail; whoever runs them says where it is. */
export const DATA = path.join(process.env['HANDSPRING_REFERENCE_DATA'] ?? '', 'senses');
export const ARRAYS = path.join(DATA, 'reference-arrays');

/** The float32 numbers of a packed file of the arrays. */
export const readNumbers = (file: string) =>
  new Float32Array(new Uint8Array(gunzipSync(readFileSync(path.join(ARRAYS, file)))).buffer);
