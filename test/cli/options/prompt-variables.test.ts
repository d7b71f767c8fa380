import { expect } from 'chai';
import { tellPromptVariables } from '../../../src/cli/options/prompt-variables.js';

describe('variables that would have another container put something before texts', () => {
  const told = (env: Record<string, string>, prompts = {}) => {
    const lines: string[] = [];
    tellPromptVariables(prompts, { warn: (line: unknown) => void lines.push(String(line)) }, env);
    return lines;
  };

  it('are told of once, with what the model has', () => {
    const both = told({ USE_QUERY_PROMPT: 'true', USE_QUERY_PASSAGE_PREFIXES: '1' });
    expect(both).to.have.length(1);
    expect(both[0]).to.match(/^USE_QUERY_PASSAGE_PREFIXES and USE_QUERY_PROMPT changes? nothing here/);
    expect(both[0]).to.match(/this model has none$/);
    expect(told({ USE_QUERY_PROMPT: 'true' }, { query: 'a', passage: 'b' })[0]).to.match(
      /this model has query, passage$/,
    );
  });

  it('are nothing to speak of where they are off or not there', () => {
    expect(told({})).to.deep.equal([]);
    expect(told({ USE_QUERY_PROMPT: 'false', USE_QUERY_PASSAGE_PREFIXES: '' })).to.deep.equal([]);
  });
});
