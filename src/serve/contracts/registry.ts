import { clipContract } from './clip.js';
import type { Contract } from './contract.js';

/** Every contract that is answered; of several on one path the first that accepts a body takes it. */
export const CONTRACTS: readonly Contract[] = [clipContract];
