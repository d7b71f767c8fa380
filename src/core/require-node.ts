import { tooOld } from './node-version.js';

// To be imported before anything else: what is imported after it is not run on a Node that it may not run on.
const problem = tooOld(process.versions.node);
if (problem !== undefined) throw new Error(problem);
