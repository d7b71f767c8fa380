import { readFileSync, readdirSync } from 'node:fs';
import { ROOT } from '../../src/core/own-module.js';

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The line of the page that its first line is. */
  readonly line: number;
  /** What the comment before it says that it needs beside the project: `<!-- needs: docker -->`. Empty for nothing. */
  readonly needs: string;
  /** Whether it is JSON right after another block: what that is answered. */
  readonly isAnswer: boolean;
  /** The name that the words before it give its file: save this as `x.py`. Empty for none. */
  readonly file: string;
}

/**
 * `clients`: those of other services, which `npm run test:sdk` installs; `languages`: those that `npm run test:clients` has;
 * `checkpoint`: weights that are not the project's to ship.
 */
const NEEDS = ['', 'docker', 'weaviate', 'clients', 'languages', 'checkpoint'];

/** The pages for people, by their paths: README.md, those beside it, and those of docs/ and deploy/. */
export const PAGES: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...['weaviate/README.md', 'deploy/README.md', 'bench/README.md'],
];

export function readPage(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}

/** @throws Error if a block says that it needs what nobody knows. */
export function readBlocks(page: string): Block[] {
  const text = readPage(page);
  return Array.from(
    text.matchAll(/(?:<!-- needs: (\w+) -->\n)?^```(\w*)\n([^]*?)^```$/gm),
    ({ 1: needs = '', 2: language = '', 3: content = '', index }) => {
      const line = text.slice(0, index).split('\n').length + (needs === '' ? 1 : 2);
      if (!NEEDS.includes(needs))
        throw new Error(`${page}:${line}: expected needs of ${NEEDS.join(', ')}, received ${needs}`);
      const before = text.slice(0, index).split('\n\n').slice(-2).join(' ');
      const [, file = ''] = /save\s+this\s+as\s+`([\w.]+)`:?\s*$/.exec(before) ?? [];
      const isAnswer = language === 'json' && text.slice(0, index).endsWith('```\n\n');
      return { language, text: content, line, needs, file, isAnswer };
    },
  );
}
