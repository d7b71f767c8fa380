import { pythonWith } from '../support/python-environment.js';

const TOOLS = [
  'grpcio==1.85.3',
  'httpx==0.28.1',
  'mypy==2.4.1',
  'numpy',
  'pytest==9.2.0',
  'types-grpcio==1.85.0.20261028',
  '',
].join('\n');

/** The `python` of an environment with what the client and its tests need; the client itself is run from its sources. */
export function pythonForClient(): Promise<string> {
  return pythonWith(TOOLS);
}
