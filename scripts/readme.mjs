// Writes the generated parts of README.md: the table of options and the table of models. A test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderReadme } from '../dist/test/support/readme.js';

writeFileSync('README.md', renderReadme(readFileSync('README.md', 'utf8')));
