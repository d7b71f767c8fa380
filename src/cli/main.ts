#!/usr/bin/env node
import { tooOld } from '../core/node-version.js';

// Asked before anything else is loaded: what the program runs with has syntax that an older Node cannot read.
const problem = tooOld(process.versions.node);
if (problem === undefined) void import('./program.js');
else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
