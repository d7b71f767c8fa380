import path from 'node:path';
import { expect } from 'chai';
import { MODALITIES, modalitiesText } from '../../../src/cli/options/model.js';
import { TOWER_KINDS } from '../../../src/towers/registry.js';
import { ConfigError, OPTIONS, loadConfig } from '../../../src/cli/options/config.js';
import { makeFolder } from '../../support/folder.js';
import type { CommandName, OptionSources } from '../../../src/cli/options/config.js';

function problemsOf(command: CommandName, sources: Partial<OptionSources>): readonly string[] {
  try {
    loadConfig(command, { flags: {}, env: {}, ...sources });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('config', () => {
  it('gives every option its default', () => {
    const config = loadConfig('serve', { flags: {}, env: {} });
    expect(config.port).to.equal(8080);
    expect(config.maxBodyBytes).to.equal(65 * 1024 * 1024);
    expect(config.deadlineMs).to.equal(45_000);
    expect(config.threads).to.equal('auto');
  });

  it('takes a flag before a variable before the default', () => {
    const env = { PORT: '2', HOST: 'b' };
    const config = loadConfig('serve', { flags: { port: '1' }, env, defaults: { host: 'a', model: 'o/m' } });
    expect([config.port, config.host, config.model]).to.deep.equal([1, 'b', 'o/m']);
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig('serve', { flags: {}, env: { PORT: '', HOST: '  ' } })).to.include({
      port: 8080,
      host: '0.0.0.0',
    });
  });

  it('lists all that is wrong at once, each with what was expected', () => {
    const env = { PORT: 'tcp://10.0.0.1:80', MODALITIES: 'smell', MAX_BODY_BYTES: '-1' };
    expect(problemsOf('serve', { env, flags: { deadlineMs: 'soon' } })).to.have.members([
      'PORT: expected a whole number from 0 to 65535, received "tcp://10.0.0.1:80"',
      `MODALITIES: expected both or one or more of ${MODALITIES.join(', ')}, with commas between, received "smell"`,
      'MAX_BODY_BYTES: expected a size of at least 1024 bytes, such as 64MB, received "-1"',
      '--deadline: expected a duration of at least 1 ms, such as 45s, received "soon"',
    ]);
  });

  it('names an address that is none at the start, and not the password in it', () => {
    const env = { HF_ENDPOINT: 'hub', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318', CACHE_DIR: '~/models' };
    const proxies = { https_proxy: 'socks5://me:secret@proxy:1080', NO_PROXY: 'http://a' };
    expect(problemsOf('serve', { env: { ...env, ...proxies } })).to.have.members([
      'HF_ENDPOINT: expected an http or https address such as https://huggingface.co, received "hub"',
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https address such as http://localhost:4318, received "collector:4318"',
      'CACHE_DIR: expected a folder, by its whole path or from here (no ~), received "~/models"',
      'HTTPS_PROXY: expected the http or https address of a proxy such as http://proxy:3128, received another',
      'NO_PROXY: expected hosts such as localhost,.example.org, with commas between, received "http://a"',
    ]);
  });

  it('knows the modalities that there are towers for, and lists of them', () => {
    expect(MODALITIES).to.deep.equal(TOWER_KINDS.map(({ modality }) => modality));
    const read = (modalities: string) => loadConfig('serve', { flags: { modalities }, env: {} }).modalities;
    expect(read('both')).to.deep.equal(['image', 'text']);
    expect(read('text, image')).to.deep.equal(['image', 'text']);
    expect(read('text')).to.deep.equal(['text']);
    expect([read('both'), read('text')].map(modalitiesText)).to.deep.equal(['both', 'text']);
    expect(modalitiesText([...read('both'), 'smell'])).to.equal('image,text,smell');
  });

  it('names addresses of Weaviate that are none before anything is loaded', () => {
    expect(
      problemsOf('demo', { env: { WEAVIATE_URL: 'localhost:8080', WEAVIATE_GRPC_URL: '50051' } }),
    ).to.have.members([
      'WEAVIATE_URL: expected an http or https address such as http://localhost:8080, received "localhost:8080"',
      'WEAVIATE_GRPC_URL: expected an http or https address such as http://localhost:50051, received "50051"',
    ]);
  });

  describe('of a keys file', () => {
    let files: Awaited<ReturnType<typeof makeFolder>>;
    before(async () => {
      files = await makeFolder({
        'keys.json': JSON.stringify({ keys: [{ name: 'a', token: 't' }] }),
        'nameless.json': JSON.stringify({ keys: [{ token: 't' }] }),
        'half.json': '{"keys": [',
      });
    });
    after(() => files.remove());

    it('that can be used says nothing', () => {
      expect(problemsOf('serve', { env: { KEYS_FILE: path.join(files.folder, 'keys.json') } })).to.be.empty;
    });

    for (const [name, why] of [
      ['nothing.json', 'reading it gives ENOENT'],
      ['', 'expected a file, received a folder, a pipe or a device'],
      ['half.json', 'keys file: expected JSON'],
      ['nameless.json', 'keys[0].name: expected 1 to 64 letters, digits, or ._@-'],
    ] as const) {
      it(`names ${name || 'a folder'} beside all else that is wrong, and why`, () => {
        const wrong = problemsOf('serve', {
          flags: { keysFile: path.join(files.folder, name) },
          env: { PORT: 'x' },
        });
        expect(wrong).to.have.length(2);
        expect(wrong.join()).to.include(`--keys-file: expected a file that can be used (${why}), received "`);
      });
    }

    it('that cannot be used is for doctor to report', () => {
      expect(problemsOf('doctor', { flags: { keysFile: '/nowhere' } })).to.be.empty;
    });
  });

  it('asks for an option that has no default, and only of the command that needs it', () => {
    expect(problemsOf('evaluate', {})[0]).to.match(/^--dataset or DATASET: expected .* received nothing$/);
    expect(problemsOf('serve', {})).to.be.empty;
  });

  it("ignores the environment's value of another command's option", () => {
    expect(problemsOf('evaluate', { env: { DATASET: 'd', PORT: 'tcp://10.0.0.1:80' } })).to.be.empty;
  });

  it('has no option that Kubernetes could set by accident, and no name twice', () => {
    const rows = Object.values(OPTIONS);
    for (const { env } of rows) expect(env).to.match(/^(?!HANDSPRING)[A-Z][A-Z_]*$/);
    // Commander would take `--no-x` for "x is off", and set it so where nothing is given.
    for (const { flag } of rows) expect(flag).to.match(/^--(?!no-)[a-z][a-z-]*$/);
    expect(new Set(rows.map(({ env }) => env))).to.have.property('size', rows.length);
    expect(new Set(rows.map(({ flag }) => flag))).to.have.property('size', rows.length);
  });
});
