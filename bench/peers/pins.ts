import { readFile } from 'node:fs/promises';

/** An exact version: a range would let two runs measure different things. */
const EXACT = /^\d+(\.\d+)+$/;

/**
 * The versions that a `package.json` or a `requirements.txt` pins, by package.
 * @throws Error that names a package whose version is not exact.
 */
export async function readPins(file: URL): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8');
  const pins = file.pathname.endsWith('.json') ? readDependencies(text) : readRequirements(text);
  for (const [name, version] of pins) {
    if (!EXACT.test(version))
      throw new Error(`${name}: expected an exact version, received ${version || 'none'}`);
  }
  return pins;
}

function readDependencies(text: string): Map<string, string> {
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return new Map(Object.entries(dependencies));
}

/** Lines of the form `name==version; condition`, the condition optional. */
function readRequirements(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const [requirement = ''] = line.split(';');
        const [name = '', version = ''] = requirement.split('==');
        return [name.trim(), version.trim()];
      }),
  );
}
