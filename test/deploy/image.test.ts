import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { AS_DEPLOYED } from '../support/as-deployed.js';
import { imageVariables, readLastStage } from './dockerfile.js';
import { DEPLOY } from '../support/deploy-tools.js';

const NODE = '/nodejs/bin/node';

describe('the image', () => {
  const stage = readLastStage();
  const valueOf = (name: string) => stage.find((instruction) => instruction.name === name)?.value ?? '';

  it('is made on one that has Node.js and no shell, and runs nothing while it is made', () => {
    expect(valueOf('FROM')).to.match(/^gcr\.io\/distroless\/nodejs\S+:nonroot$/);
    expect(stage.map(({ name }) => name)).to.not.include('RUN');
  });

  it('starts and probes with the node that there is, not by way of a shell', () => {
    const [start] = JSON.parse(valueOf('ENTRYPOINT')) as string[];
    const probe = JSON.parse(valueOf('HEALTHCHECK').replace(/^.*?CMD /, '')) as string[];
    expect([start, probe[0], probe[1]]).to.deep.equal([NODE, NODE, '-e']);
  });

  it('has the allocator set as the systemd unit has it, and as everything is measured', () => {
    const unit = readFileSync(path.join(DEPLOY, 'systemd/handspring.service'), 'utf8');
    for (const [name, value] of Object.entries(AS_DEPLOYED)) {
      expect(imageVariables()).to.include({ [name]: value });
      expect(unit).to.match(new RegExp(`^Environment=(?:.* )?${name}=${value}(?: |$)`, 'm'));
    }
  });

  it('runs as the user that the chart has, by number, and gives it the cache', () => {
    const chart = readFileSync(path.join(DEPLOY, 'helm/handspring/templates/deployment.yaml'), 'utf8');
    const [, user = ''] = /runAsUser: (\d+)/.exec(chart) ?? [];
    expect(Number(user)).to.be.greaterThan(0);
    const users = stage.filter(({ name }) => name === 'USER').map(({ value }) => value);
    expect(users.at(-1)).to.equal(`${user}:${user}`);
    const owned = stage.filter(({ name, value }) => name === 'COPY' && value.includes('--chown'));
    expect(owned.map(({ value }) => value)).to.deep.equal([
      `--from=build --chown=${user}:${user} /cache /cache`,
    ]);
  });
});

describe('the program', () => {
  it('starts no program but Node itself, as its image has no other, and ffmpeg where there is one', () => {
    const src = fileURLToPath(new URL('src/', ROOT));
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.m?ts$/.test(file),
    );
    expect(files).to.have.length.of.at.least(100);
    const starting = files.filter((file) =>
      readFileSync(path.join(src, file), 'utf8').includes('child_process'),
    );
    // It forks this very program, for the making of int8 files.
    expect(starting).to.have.members([
      path.join('onnx', 'jobs', 'background.ts'),
      path.join('towers', 'media', 'ffmpeg.ts'),
      path.join('cli', 'doctor', 'check-ffmpeg.ts'), // asks it for its version
    ]);
  });
});
