import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { ModelFolderError } from '../../src/models/folder/folder-error.js';
import { LAYOUTS, graphFile, isInside, parseOwnLayout, towerFiles } from '../../src/models/layouts.js';
import type { Layout } from '../../src/models/layouts.js';

const IMMICH = [
  'config.json',
  ...['visual/model.onnx', 'visual/preprocess_cfg.json'],
  ...['textual/model.onnx', 'textual/tokenizer.json', 'textual/tokenizer_config.json'],
];

describe('the layouts of model folders', () => {
  it('name the files of the towers that are asked for, and which of them are graphs', () => {
    const present = [...IMMICH, 'README.md'];
    expect(towerFiles(present, { modalities: ['text'], precision: 'int8' })).to.deep.equal({
      paths: [
        'config.json',
        'textual/model.onnx',
        'textual/tokenizer.json',
        'textual/tokenizer_config.json',
      ],
      graphs: ['textual/model.onnx'],
    });
    expect(towerFiles(present, { modalities: ['image', 'text'], precision: 'fp32' })?.paths).to.have.members(
      IMMICH,
    );
    expect(towerFiles(present, { modalities: ['image'], precision: 'fp16' })).to.equal(undefined);
    expect(towerFiles(IMMICH.slice(1), { modalities: ['image'], precision: 'fp32' })).to.equal(undefined);
  });

  it('know one file with both towers once', () => {
    const present = ['config.json', 'onnx/model.onnx', 'preprocessor_config.json', 'tokenizer.json'];
    const found = towerFiles(present, { modalities: ['image', 'text'], precision: 'fp32' });
    expect(found?.graphs).to.deep.equal(['onnx/model.onnx']);
    expect(found?.paths).to.have.members(present);
  });

  it('take a new modality as a row of the table, and nothing else', () => {
    const layouts: Layout[] = [{ towers: { smell: { graph: 'onnx/smell', settings: 'smell.json' } } }];
    const present = ['config.json', 'onnx/smell_fp16.onnx', 'smell.json'];
    expect(towerFiles(present, { modalities: ['smell'], precision: 'fp16' }, layouts)?.graphs).to.deep.equal([
      'onnx/smell_fp16.onnx',
    ]);
  });

  describe("in a folder's own handspring.json", () => {
    it('are what it states', () => {
      const towers = { audio: { file: 'onnx/a.onnx', settings: 'audio.json' }, text: { file: 't.onnx' } };
      expect(parseOwnLayout({ towers }, 'F')).to.deep.equal({
        towers: { audio: { graph: 'onnx/a', settings: 'audio.json' }, text: { graph: 't' } },
      });
      expect(parseOwnLayout({ name: 'n' }, 'F')).to.equal(undefined);
    });

    const refused: [unknown, string][] = [
      [['text'], 'F: towers: expected an object by modality, received ["text"]'],
      [{ text: 't.onnx' }, 'F: towers.text: expected an object with its file, received "t.onnx"'],
      [
        { text: {} },
        'F: towers.text.file: expected the path of an .onnx file from the folder, received nothing',
      ],
      [
        { text: { file: '../t.onnx' } },
        'F: towers.text.file: expected the path of an .onnx file from the folder, received "../t.onnx"',
      ],
      [
        { text: { file: 't.onnx', settings: '/etc/passwd' } },
        'F: towers.text.settings: expected the path of a file from the folder, received "/etc/passwd"',
      ],
    ];
    for (const [towers, message] of refused) {
      it(`are refused: ${message}`, () => {
        expect(() => parseOwnLayout({ towers }, 'F')).to.throw(ModelFolderError, message);
      });
    }
  });

  it('are all told in docs/models.md', () => {
    const told = readFileSync(new URL('docs/models.md', ROOT), 'utf8');
    for (const place of LAYOUTS.flatMap(({ towers }) => Object.values(towers))) {
      expect(told).to.include(`\`${graphFile(place, 'fp32')}\``);
      if (place.settings !== undefined) expect(told).to.include(`\`${place.settings}\``);
    }
  });

  it('know a path that leaves its folder', () => {
    for (const path of ['a', 'a/b.bin', '..a', 'a..', 'a/.b']) expect(isInside(path), path).to.equal(true);
    for (const path of ['', '..', '../a', 'a/../../b', '/a', '\\a', 'a\\..\\b', 'C:\\a', 'C:a', 'a\0', 7])
      expect(isInside(path), String(path)).to.equal(false);
  });
});
