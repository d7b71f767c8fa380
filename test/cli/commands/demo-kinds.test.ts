import { expect } from 'chai';
import { demoModalities } from '../../../src/cli/commands/demo-kinds.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { fixtureFolder } from '../../support/model-fixture.js';

describe('the towers that a demo loads', () => {
  const of = async (model: string, { hasFfmpeg = true } = {}) => {
    const config = loadConfig('demo', { flags: { model, offline: 'on' }, env: {} });
    return (await demoModalities(config, hasFfmpeg)).toSorted();
  };

  it('are those of all kinds of files that the model has, videos where there is an ffmpeg', async () => {
    expect(await of('starter')).to.deep.equal(['audio', 'image', 'text', 'video']);
    expect(await of('starter', { hasFfmpeg: false })).to.deep.equal(['audio', 'image', 'text']);
    expect(await of(fixtureFolder('clip'))).to.deep.equal(['image', 'text', 'video']);
  });

  it('are without a usual one that the model has not, as one of sounds, of a folder or of the catalogue', async () => {
    expect(await of(fixtureFolder('clap'))).to.deep.equal(['audio', 'text']);
    expect(await of('clap-htsat-unfused')).to.deep.equal(['audio', 'text']);
  });

  it('are the usual ones where nothing is known', async () => {
    expect(await of('someone/unknown')).to.deep.equal(['image', 'text']);
  });
});
