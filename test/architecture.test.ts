import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Each room with the rooms it may import; files at the root of `src` are rooms of their own name. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: ['errors', 'version', 'progress'],
  access: ['errors'],
  tracing: [],
  graph: ['errors', 'median', 'onnxruntime', 'model'],
  image: ['errors', 'model'],
  text: ['errors', 'model'],
  encoder: ['errors', 'onnxruntime', 'model'],
  embedding: ['errors', 'metrics', 'image', 'text', 'encoder', 'model'],
  search: ['at-once', 'errors', 'progress', 'embedding', 'image', 'weaviate'],
  evaluate: ['at-once', 'errors', 'progress', 'embedding', 'weaviate'],
  import: ['at-once', 'errors', 'progress', 'image', 'weaviate'],
  weaviate: ['errors'],
  http: ['errors', 'metrics', 'version', 'access', 'tracing', 'embedding', 'search'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function readImports(): Import[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const source = readFileSync(path.join(SRC, file), 'utf8');
    return Array.from(source.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g), ([, target = '']) => ({
      from: file,
      to: path.normalize(path.join(path.dirname(file), target)).replace(/\.js$/, '.ts'),
    }));
  });
}

const roomOf = (file: string) => file.split(path.sep)[0]?.replace(/\.ts$/, '') ?? '';

describe('the structure of src', () => {
  const imports = readImports();

  it('is read by this test', () => {
    expect(imports.length).to.be.greaterThan(50);
  });

  it('keeps the direction main → http → {search, embedding} → {image, text, encoder} → model', () => {
    const wrong = imports.filter(({ from, to }) => {
      const allowed = MAY_IMPORT[roomOf(from)];
      return allowed && roomOf(from) !== roomOf(to) && !allowed.includes(roomOf(to));
    });
    expect(wrong).to.deep.equal([]);
  });

  it('has no cycles between files', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) throw new Error([...trail, file].join(' → '));
      if (done.has(file)) return;
      for (const target of next.get(file) ?? []) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
  });

  it('keeps express at the edge, and onnxruntime behind the file that silences it', () => {
    const importersOf = (library: string) =>
      readdirSync(SRC, { recursive: true, encoding: 'utf8' })
        .filter(
          (file) =>
            file.endsWith('.ts') &&
            new RegExp(`^(?:import (?!type)|export ).*from '${library}'`, 'm').test(
              readFileSync(path.join(SRC, file), 'utf8'),
            ),
        )
        .map(roomOf);
    expect(new Set(importersOf('express'))).to.deep.equal(new Set(['http']));
    expect(importersOf('onnxruntime-node')).to.deep.equal(['onnxruntime']);
  });
});
