import { expect } from 'chai';
import { parseFrame } from '../../../src/towers/text/frame.js';

describe('the special tokens around a row', () => {
  it('are a template’s tokens before and after its sequence', () => {
    const frame = parseFrame({
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '</s>', type_id: 0 } },
      ],
      special_tokens: { '<s>': { ids: [0] }, '</s>': { ids: [2] } },
    });
    expect(frame).to.deep.equal({ start: [0], end: [2] });
  });

  it('may be an end token alone, as in SigLIP', () => {
    const frame = parseFrame({
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
      special_tokens: { '</s>': { ids: [1] } },
    });
    expect(frame).to.deep.equal({ start: [], end: [1] });
  });

  it('are cls and sep of the RoBERTa and BERT processors', () => {
    const clip = {
      type: 'RobertaProcessing',
      cls: ['<|startoftext|>', 49406],
      sep: ['<|endoftext|>', 49407],
    };
    expect(parseFrame(clip)).to.deep.equal({ start: [49406], end: [49407] });
  });

  it('nest in a sequence, the later processor outside', () => {
    const one = { type: 'BertProcessing', cls: ['[', 1], sep: [']', 2] };
    const two = { type: 'BertProcessing', cls: ['(', 3], sep: [')', 4] };
    const sequence = { type: 'Sequence', processors: [{ type: 'ByteLevel' }, one, two] };
    expect(parseFrame(sequence)).to.deep.equal({ start: [3, 1], end: [2, 4] });
  });

  it('are none without a post-processor', () => {
    expect(parseFrame(null)).to.deep.equal({ start: [], end: [] });
  });

  it('are refused when the processor is unknown or lacks its ids', () => {
    expect(() => parseFrame({ type: 'Novel' })).to.throw(
      'post_processor: expected a known type, received Novel',
    );
    expect(() => parseFrame({ type: 'BertProcessing', cls: ['[', 1] })).to.throw(
      'expected a token and its id',
    );
  });
});
