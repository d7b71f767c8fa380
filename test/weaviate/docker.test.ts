import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { containerArguments } from '../../weaviate/docker.js';
import { chooseRuntime } from '../../weaviate/server.js';
import { WEAVIATE_VERSION } from '../../weaviate/version.js';

describe('Weaviate in Docker', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'docker-'));
    await place('weaviate-server', '');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function place(name: string, body: string): Promise<void> {
    await writeFile(path.join(folder, name), `#!/bin/sh\n${body}\n`);
    await chmod(path.join(folder, name), 0o755);
  }
  const choose = () => chooseRuntime({ PATH: folder }, () => undefined);

  it('is chosen where an engine answers, and then calls this machine by Docker’s name for it', async () => {
    await place('docker', 'echo 28.0.1');
    expect(await choose()).to.deep.equal({
      kind: 'docker',
      moduleHost: 'host.docker.internal',
      listenHost: '0.0.0.0',
    });
  });

  it('is not chosen where there is the command without an engine', async () => {
    await place('docker', 'echo; echo cannot connect to the Docker daemon >&2; exit 1');
    expect(await choose()).to.include({ kind: 'program', moduleHost: '127.0.0.1', listenHost: '127.0.0.1' });
  });

  it('runs the pinned image on this machine’s loopback address, with the module’s address and a data folder', () => {
    const args = containerArguments({
      moduleUrl: 'http://host.docker.internal:8090',
      httpPort: 1080,
      grpcPort: 1051,
      dataPath: '/data',
    }).join(' ');
    expect(args).to.include('--publish 127.0.0.1:1080:8080 --publish 127.0.0.1:1051:50051');
    expect(args).to.include('--env ENABLE_MODULES=multi2vec-clip');
    expect(args).to.include('--env CLIP_INFERENCE_API=http://host.docker.internal:8090');
    expect(args).to.include('--volume /data:/var/lib/weaviate');
    expect(args).to.include(
      ` cr.weaviate.io/semitechnologies/weaviate:${WEAVIATE_VERSION} --host 0.0.0.0 --port 8080`,
    );
  });
});
