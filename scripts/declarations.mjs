// The types of the library, for TypeScript programs that use it: one file that says what `src/index.ts` exports and needs the
// types of no other package. Not part of the build, which has no time for types: `npm pack` makes it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { generateDtsBundle } from 'dts-bundle-generator';

const output = { noBanner: true, exportReferencedTypes: false };
const [declarations] = generateDtsBundle([{ filePath: 'src/index.ts', output }], {
  preferredConfigPath: 'tsconfig.json',
});
mkdirSync('dist/types', { recursive: true });
writeFileSync('dist/types/index.d.ts', declarations);
