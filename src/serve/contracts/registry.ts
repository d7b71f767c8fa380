import { clipContract } from './clip.js';
import type { Contract } from './contract.js';
import { openaiContracts } from './openai/embeddings.js';

/** Every contract that is answered; of several on one path the first that accepts a body takes it. */
export const CONTRACTS: readonly Contract[] = [clipContract, ...openaiContracts];
