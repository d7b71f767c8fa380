import { readFileSync } from 'node:fs';
import { ROOT } from '../../src/core/own-module.js';

export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Instructions of the Dockerfile's last stage, each on one line. */
export function readLastStage(): Instruction[] {
  const lines = readFileSync(new URL('Dockerfile', ROOT), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const from = lines.findLastIndex((line) => line.startsWith('FROM '));
  return lines.slice(from).map((line) => {
    const [, name = '', value = ''] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? [];
    return { name, value };
  });
}

/** Variables that the image sets, but for those whose value is an argument of its making. */
export function imageVariables(): Record<string, string> {
  const set = readLastStage().filter(({ name }) => name === 'ENV');
  const pairs = set.flatMap(({ value }) => Array.from(value.matchAll(/(\w+)=([^\s$]+)/g)));
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}
