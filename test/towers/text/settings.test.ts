import { expect } from 'chai';
import type { JsonObject } from '../../../src/models/folder/json-file.js';
import type { TextFiles } from '../../../src/towers/text/files.js';
import { parseTextSettings } from '../../../src/towers/text/settings.js';

const CLIP_VOCABULARY = { model: { type: 'BPE', vocab: { '!': 0, '<|endoftext|>': 49407 } } };

function files(parts: Partial<TextFiles>): TextFiles {
  const none: JsonObject = {};
  return {
    layout: 'huggingface',
    tokenizer: CLIP_VOCABULARY,
    tokenizerConfig: none,
    modelConfig: none,
    sentenceConfig: none,
    ...parts,
  };
}

describe('text settings of a model folder', () => {
  it('are CLIP’s 77 tokens, padded with the end token, for a Hugging Face CLIP folder', () => {
    const settings = parseTextSettings(
      files({
        tokenizerConfig: { pad_token: '<|endoftext|>', model_max_length: 77 },
        modelConfig: { model_type: 'clip', text_config: { max_position_embeddings: 77 } },
      }),
    );
    expect(settings).to.deep.equal({ contextLength: 77, padId: 49407, padTo: undefined, clean: 'none' });
  });

  it('fall back to the model type’s own length where the configuration leaves it out', () => {
    const tokenizerConfig = { pad_token: { content: '!' }, model_max_length: 1e30 };
    const lengthOf = (modelType: string) =>
      parseTextSettings(files({ tokenizerConfig, modelConfig: { model_type: modelType, text_config: {} } }))
        .contextLength;
    expect(lengthOf('clip')).to.equal(77);
    expect(lengthOf('siglip')).to.equal(64);
    expect(() => lengthOf('llama')).to.throw(
      'context length: expected a whole number of at least 3, received none',
    );
  });

  it('fix the length of every row for SigLIP, which pools the last position', () => {
    const settings = parseTextSettings(
      files({
        tokenizer: { model: { type: 'Unigram', vocab: [['<pad>', 0], ['</s>', 0]] } }, // prettier-ignore
        tokenizerConfig: { pad_token: '</s>', model_max_length: 64 },
        modelConfig: { model_type: 'siglip' },
      }),
    );
    expect(settings).to.deep.equal({ contextLength: 64, padId: 1, padTo: 64, clean: 'none' });
  });

  it('follow OpenCLIP’s text_cfg in an immich folder', () => {
    const immich = (text_cfg: JsonObject) =>
      parseTextSettings(
        files({
          layout: 'immich',
          tokenizerConfig: { pad_token: '!' },
          modelConfig: { embed_dim: 512, text_cfg },
        }),
      );
    expect(immich({ context_length: 77, vocab_size: 49408 })).to.deep.equal({
      contextLength: 77,
      padId: 0,
      padTo: undefined,
      clean: 'whitespace',
    });
    expect(
      immich({ context_length: 64, pool_type: 'last', tokenizer_kwargs: { clean: 'canonicalize' } }),
    ).to.deep.equal({ contextLength: 64, padId: 0, padTo: 64, clean: 'canonicalize' });
  });

  it('take the smallest stated length for a sentence-transformers folder and ignore the padding section', () => {
    const settings = parseTextSettings(
      files({
        tokenizer: {
          added_tokens: [{ content: '[PAD]', id: 3 }],
          padding: { strategy: { Fixed: 128 }, pad_id: 9 },
        },
        tokenizerConfig: { pad_token: '[PAD]', model_max_length: 512 },
        modelConfig: { model_type: 'bert', max_position_embeddings: 512 },
        sentenceConfig: { max_seq_length: 256 },
      }),
    );
    expect(settings).to.deep.equal({ contextLength: 256, padId: 3, padTo: undefined, clean: 'none' });
  });

  it('leave out the positions that RoBERTa never uses, nor CLAP with it', () => {
    const modelConfig = { model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 };
    const settings = parseTextSettings(files({ modelConfig }));
    expect(settings).to.include({ contextLength: 512, padId: 1 });
    const clap = { model_type: 'clap', text_config: { ...modelConfig, model_type: 'clap_text_model' } };
    expect(parseTextSettings(files({ modelConfig: clap }))).to.include({ contextLength: 512, padId: 1 });
  });

  it('need a pad token from somewhere', () => {
    expect(() => parseTextSettings(files({ modelConfig: { model_type: 'clip' } }))).to.throw(
      'pad token: expected pad_token in tokenizer_config.json, received none',
    );
  });
});
