import { clipContract } from './clip.js';
import type { Contract } from './contract.js';
import { gpt4allContract } from './gpt4all.js';
import { openaiContracts } from './openai/embeddings.js';

/** Every contract that is answered. */
export const CONTRACTS: readonly Contract[] = [clipContract, gpt4allContract, ...openaiContracts];
