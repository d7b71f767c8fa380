import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { readLastStage } from './dockerfile.js';

const text = readFileSync(new URL('Dockerfile', ROOT), 'utf8');

describe('the Dockerfile', () => {
  it('asks for no image but those it is made of', () => {
    expect(text).not.to.match(/^# *syntax=/m);
  });

  it('takes all that the program reads from the stage that made it readable for everybody', () => {
    const copies = readLastStage().filter(({ name }) => name === 'COPY');
    expect(copies).to.have.length.greaterThan(3);
    const [program, ...ours] = copies.map(({ value }) => value);
    expect(program).to.equal('--from=ffmpeg /out /');
    for (const value of ours) expect(value).to.match(/^--from=build /);
    expect(text).to.match(/chmod -R a\+rX package\.json node_modules dist models samples LICENSE/);
  });

  it('leaves out what the program does not run with', () => {
    expect(text).to.match(/npm prune --omit=dev && node scripts\/one-platform\.mjs$/m);
    for (const ending of ['*.map', '*.d.ts', '*.d.mts', '*.d.cts'])
      expect(text).to.include(`-name '${ending}'`);
    expect(text).to.include('rm -rf node_modules/@types');
  });

  it('has its folder made by root, and runs as nobody', () => {
    const order = readLastStage().map(({ name, value }) => `${name} ${value}`);
    const at = (line: string) => order.indexOf(line);
    expect(at('USER 0')).to.be.greaterThan(0);
    expect(at('WORKDIR /app')).to.be.greaterThan(at('USER 0'));
    expect(at('USER 65532:65532')).to.be.greaterThan(at('WORKDIR /app'));
  });
});
