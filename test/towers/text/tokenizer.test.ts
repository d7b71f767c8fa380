import { expect } from 'chai';
import { createTokenizer } from '../../../src/towers/text/tokenizer.js';
import { modelFiles } from './fixtures.js';

const [START, END] = [49406, 49407];
const DOG = 1929;

describe('the tokenizer of a CLIP folder', () => {
  const tokenizer = createTokenizer(modelFiles('clip'));
  const dogs = (count: number) => Array<string>(count).fill('dog').join(' ');

  it('puts the start and end tokens around the content', () => {
    const { ids, tokenCount, truncated } = tokenizer.tokenize('dog dog');
    expect([...ids]).to.deep.equal([START, DOG, DOG, END]);
    expect({ tokenCount, truncated }).to.deep.equal({ tokenCount: 4, truncated: false });
  });

  it('gives only the start and end tokens for an empty text', () => {
    expect([...tokenizer.tokenize('').ids]).to.deep.equal([START, END]);
    expect([...tokenizer.tokenize(' \n\t').ids]).to.deep.equal([START, END]);
  });

  it('leaves a text of exactly 77 tokens whole', () => {
    const { ids, tokenCount, truncated } = tokenizer.tokenize(dogs(75));
    expect(ids).to.have.length(77);
    expect({ tokenCount, truncated }).to.deep.equal({ tokenCount: 77, truncated: false });
  });

  it('cuts a longer text to 77 tokens, keeps the end token last and tells the length before', () => {
    const { ids, tokenCount, truncated } = tokenizer.tokenize(`${dogs(75)} cat`);
    expect([...ids]).to.deep.equal([START, ...Array<number>(75).fill(DOG), END]);
    expect({ tokenCount, truncated }).to.deep.equal({ tokenCount: 78, truncated: true });
  });

  it('takes an end token written in the text, in any case, for the special token', () => {
    expect([...tokenizer.tokenize('dog<|endoftext|>dog').ids]).to.deep.equal([START, DOG, END, DOG, END]);
    expect([...tokenizer.tokenize('dog <|ENDOFTEXT|> dog').ids]).to.deep.equal([START, DOG, END, DOG, END]);
  });

  it('keeps the end token last where written ones fill the context', () => {
    const { ids } = tokenizer.tokenize('<|startoftext|>'.repeat(100));
    expect([...ids]).to.deep.equal([...Array<number>(76).fill(START), END]);
  });

  it('gives one window, the row itself, for a text that fits', () => {
    const [row, ...others] = tokenizer.tokenizeWindows(dogs(75));
    expect(row).to.deep.equal(tokenizer.tokenize(dogs(75)).ids);
    expect(others).to.deep.equal([]);
    expect(tokenizer.tokenizeWindows('')).to.deep.equal([Int32Array.of(START, END)]);
  });

  it('cuts a longer text into windows that hold its content once, in order, each with its own special tokens', () => {
    const text = `${dogs(75)} cat ${dogs(75)} bird`;
    const windows = tokenizer.tokenizeWindows(text);
    expect(windows.map((row) => row.length)).to.deep.equal([77, 77, 4]);
    for (const row of windows) expect([row[0], row.at(-1)]).to.deep.equal([START, END]);
    const content = windows.flatMap((row) => [...row.slice(1, -1)]);
    expect(content).to.have.length(152);
    expect([content[75], content[151]]).to.deep.equal([2368, 3329]);
  });

  it('reads half a surrogate pair as U+FFFD, which has a UTF-8 form', () => {
    expect(tokenizer.tokenize('a\ud83d b \ude00').ids).to.deep.equal(
      tokenizer.tokenize('a\ufffd b \ufffd').ids,
    );
    expect(tokenizer.tokenize('😀').ids).to.not.deep.equal(tokenizer.tokenize('\ufffd').ids);
  });

  it('ignores the truncation and padding sections of tokenizer.json', () => {
    const files = modelFiles('clip');
    const sections = { truncation: { max_length: 4 }, padding: { strategy: { Fixed: 77 }, pad_id: 0 } };
    const other = createTokenizer({ ...files, tokenizer: { ...files.tokenizer, ...sections } });
    expect(other.tokenize('dog dog dog dog').ids).to.deep.equal(tokenizer.tokenize('dog dog dog dog').ids);
  });

  it('survives texts of 100,000 characters of any kind', () => {
    const kinds = ['a', ' ', '\u0323\u0301', '😀', '漢', 'Σ', '<|', '\0'];
    for (const kind of kinds) {
      const { ids } = tokenizer.tokenize(kind.repeat(100_000 / kind.length));
      expect(ids.length).to.be.within(2, 77);
      expect(ids.at(-1)).to.equal(END);
    }
  });
});

describe('the tokenizers of other folders', () => {
  it('keep [SEP] last when a WordPiece text is cut', () => {
    const { ids, truncated } = createTokenizer(modelFiles('wordpiece')).tokenize('dog '.repeat(600));
    expect(truncated).to.equal(true);
    expect([ids.length, ids[0], ids.at(-1)]).to.deep.equal([512, 101, 102]);
  });

  it('keep </s> last when a SigLIP or XLM-RoBERTa text is cut', () => {
    const siglip = createTokenizer(modelFiles('siglip')).tokenize('dog '.repeat(600)).ids;
    expect([siglip.length, siglip.at(-1)]).to.deep.equal([64, 1]);
    const xlmr = createTokenizer(modelFiles('xlmr')).tokenize('dog '.repeat(600)).ids;
    expect([xlmr.length, xlmr[0], xlmr.at(-1)]).to.deep.equal([512, 0, 2]);
  });

  it('clean an immich SigLIP text as immich does', () => {
    const text_cfg = { context_length: 64, pool_type: 'last', tokenizer_kwargs: { clean: 'canonicalize' } };
    const immich = createTokenizer(modelFiles('xlmr', { layout: 'immich', modelConfig: { text_cfg } }));
    const plain = createTokenizer(modelFiles('xlmr'));
    expect(immich.tokenize('  A  Dog, RUNNING!').ids).to.deep.equal(plain.tokenize('a dog running').ids);
    expect(immich.tokenize('A Dog').ids).to.not.deep.equal(plain.tokenize('A Dog').ids);
  });

  it('survive texts of 100,000 characters of any kind', () => {
    for (const name of ['wordpiece', 'siglip', 'xlmr', 'gemma'] as const) {
      const tokenizer = createTokenizer(modelFiles(name));
      for (const kind of ['a', '\u0323\u0301', '漢', 'e\u0301']) {
        const { ids } = tokenizer.tokenize(kind.repeat(100_000 / kind.length));
        expect(ids.length, `${name} ${kind}`).to.be.within(1, tokenizer.contextLength);
      }
    }
  });

  it('are refused where a component is not known', () => {
    const files = modelFiles('clip');
    const refuse = (part: object) => () =>
      createTokenizer({ ...files, tokenizer: { ...files.tokenizer, ...part } });
    expect(refuse({ normalizer: { type: 'ByteLevel' } })).to.throw(
      'normalizer: expected a known type, received ByteLevel',
    );
    expect(refuse({ pre_tokenizer: { type: 'UnicodeScripts' } })).to.throw(
      'pre_tokenizer: expected a known type, received UnicodeScripts',
    );
    expect(refuse({ model: { type: 'WordLevel' } })).to.throw(
      'tokenizer model: expected BPE, WordPiece or Unigram, received "WordLevel"',
    );
  });
});
