import { clipContract } from './clip.js';
import { cohereContract } from './cohere/embed.js';
import type { Contract } from './contract.js';
import { gpt4allContract } from './gpt4all.js';
import { img2vecContract } from './img2vec.js';
import { ollamaContract } from './ollama.js';
import { qdrantContract } from './qdrant.js';
import { teiContract } from './tei/embed.js';
import { openaiContracts } from './openai/embeddings.js';
import { text2vecContract } from './text2vec.js';

/** Every contract that is answered. */
export const CONTRACTS: readonly Contract[] = [
  clipContract,
  gpt4allContract,
  img2vecContract,
  text2vecContract,
  ...openaiContracts,
  teiContract,
  cohereContract,
  ollamaContract,
  qdrantContract,
];
