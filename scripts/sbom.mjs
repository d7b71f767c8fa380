// What the program runs with, of every platform, as a CycloneDX list. From the whole of npm's own list and not by its
// `--omit dev`, which also leaves out packages of the program that a development package needs too.
import { readFileSync } from 'node:fs';
import { npm } from './npm.mjs';

const bom = JSON.parse(npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'));
const { name, packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const wanted = new Set(
  Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`),
);

const root = bom.metadata.component;
root.name = name; // npm takes the folder's
const components = bom.components.filter((component) => wanted.has(`${component.name}@${component.version}`));
const kept = new Set([root, ...components].map((component) => component['bom-ref']));
const dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
console.log(JSON.stringify({ ...bom, components, dependencies }, null, 2));
