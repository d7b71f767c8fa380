import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../src/core/own-module.js';
import { nodePackages } from '../support/node-packages.js';
import { pythonWith } from '../support/python-environment.js';

const CLIENTS = fileURLToPath(new URL('test/sdk/clients/', ROOT));
const PHOTO = fileURLToPath(new URL('samples/chelsea-the-cat.jpg', ROOT));

/** Those for other APIs than OpenAI's have an environment of their own: what they need need not agree. */
const OPENAI = ['openai==3.57.0', 'langchain-openai==1.7.4', 'llama-index-embeddings-openai-like==0.4.0'];
const OTHERS = [
  'huggingface_hub==1.33.0',
  'cohere==5.21.1',
  'ollama==0.6.3',
  'llama-index-embeddings-text-embeddings-inference==0.6.0',
  'llama-index-embeddings-cohere==0.9.0',
  'llama-index-embeddings-ollama==0.10.0',
  'haystack-ai==2.31.0',
];
const NODE = ['openai@7.59.0', '@langchain/openai@1.6.0'];

/** The first environments are fetched. */
export const INSTALL_TIMEOUT_MS = 600_000;

/** Fetches what the clients need, unless it is there already. */
export async function installClients(): Promise<void> {
  await Promise.all([pythonFor('openai'), pythonFor('others'), nodePackages(NODE)]);
}

/**
 * What a client of `test/sdk/clients` prints, run as users would: with its own packages, and no word of the service but its
 * address.
 */
export async function runClient<T>(file: string, call: string, url: string): Promise<T> {
  const [program, script] = file.endsWith('.py') ? await pythonScript(file) : await nodeScript(file);
  const { stdout } = await promisify(execFile)(program, [script, call, url, PHOTO], { maxBuffer: 2 ** 27 });
  return JSON.parse(stdout) as T;
}

/** What a program for Python prints that uses these clients, run in the project's folder. */
export async function runPython(program: string): Promise<string> {
  const python = await pythonFor(program.includes('openai') ? 'openai' : 'others');
  return (await promisify(execFile)(python, ['-c', program], { cwd: fileURLToPath(ROOT) })).stdout;
}

async function pythonScript(file: string): Promise<[string, string]> {
  const isOther = /^(tei|cohere|ollama)-/.test(file);
  return [await pythonFor(isOther ? 'others' : 'openai'), path.join(CLIENTS, file)];
}

function pythonFor(clients: 'openai' | 'others'): Promise<string> {
  return pythonWith(`${(clients === 'openai' ? OPENAI : OTHERS).join('\n')}\n`);
}

/** Node looks for packages beside the script. */
async function nodeScript(file: string): Promise<[string, string]> {
  const script = path.join(await nodePackages(NODE), file);
  await copyFile(path.join(CLIENTS, file), script);
  return [process.execPath, script];
}
