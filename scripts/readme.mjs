// Writes the generated parts of docs/: the table of options and the table of models. A test compares.
import { writeFileSync } from 'node:fs';
import { renderPages } from '../dist/test/docs/generated.js';

for (const { page, wanted } of renderPages()) writeFileSync(page, wanted);
