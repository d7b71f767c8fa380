import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { cacheFolder, locateProgram } from '../../weaviate/program.js';
import { WEAVIATE_VERSION } from '../../weaviate/version.js';
import { errorOf } from '../support/weaviate-error.js';

/** What `go install` does with GOBIN, and a trace of how it was called. */
const GO = `#!/bin/sh
if [ "$1" = env ]; then echo go1.99; exit; fi
echo "$@" >> "$TRACE"
echo '#!/bin/sh' > "$GOBIN/weaviate-server" && /bin/chmod +x "$GOBIN/weaviate-server"
`;

describe('finding a Weaviate to run', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let said: string[];
  const say = (line: string) => void said.push(line);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'program-'));
    env = {
      PATH: path.join(folder, 'bin'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      TRACE: path.join(folder, 'trace'),
    };
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function place(file: string, text = '#!/bin/sh\n'): Promise<string> {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, 0o755);
    return file;
  }
  const onPath = (name: string, text?: string) => place(path.join(folder, 'bin', name), text);
  const inCache = () => place(path.join(cacheFolder(env), 'weaviate-server'));

  it('takes the one on the PATH before the one in the cache', async () => {
    await inCache();
    const server = await onPath('weaviate-server');
    expect(await locateProgram(env, say)).to.equal(server);
  });

  it('takes the one in the cache without asking Go', async () => {
    await onPath('go', GO);
    const server = await inCache();
    expect(await locateProgram(env, say)).to.equal(server);
    expect(said).to.deep.equal([]);
  });

  it('builds the pinned version into the cache once, says so, and leaves nothing else there', async () => {
    await onPath('go', GO);
    const server = await locateProgram(env, say);
    expect(await locateProgram(env, say)).to.equal(server);
    expect(await readFile(env['TRACE'] ?? '', 'utf8')).to.equal(
      `install github.com/weaviate/weaviate/cmd/weaviate-server@v${WEAVIATE_VERSION}\n`,
    );
    expect(await readdir(cacheFolder(env))).to.deep.equal(['weaviate-server']);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^building Weaviate \S+ with go1\.99: some minutes, once/);
  });

  it('leaves no half of a program when the build fails', async () => {
    await onPath('go', `${GO}exit 1\n`);
    const error = await errorOf(locateProgram(env, say));
    expect(error.message).to.match(/^go install \S+ failed \(exit code 1\)$/);
    expect(await readdir(cacheFolder(env))).to.deep.equal([]);
  });

  it('says what it looked for when there is neither a server nor Go', async () => {
    const error = await errorOf(locateProgram(env, say));
    expect(error.message).to.include('expected a Docker engine, weaviate-server on the PATH or in');
    expect(error.message).to.include('WEAVIATE_URL');
  });

  it('keeps servers under the home folder’s cache where XDG_CACHE_HOME is not set', () => {
    expect(cacheFolder({ HOME: '/home/x' })).to.equal(
      `/home/x/.cache/handspring/weaviate/v${WEAVIATE_VERSION}`,
    );
  });
});
