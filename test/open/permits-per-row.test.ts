import { expect } from 'chai';
import { permitsPerRow } from '../../src/open/permits-per-row.js';

const permits = (rowMs: Record<string, number>) =>
  Object.fromEntries(permitsPerRow(new Map(Object.entries(rowMs))));

describe('permits of a row', () => {
  it('are 1 for image and text, whatever they and others take', () => {
    expect(permits({ image: 80, text: 5 })).to.deep.equal({ image: 1, text: 1 });
    expect(permits({ image: 5, text: 80, audio: 0.1 })).to.deep.equal({ image: 1, text: 1, audio: 1 });
    expect(permits({ text: 5 })).to.deep.equal({ text: 1 });
  });

  it('are as many as a row takes times that of the dearest usual tower', () => {
    expect(permits({ image: 80, text: 5, video: 245, audio: 40 })).to.include({ video: 3, audio: 1 });
    expect(permits({ text: 5, video: 245 })).to.include({ text: 1, video: 49 });
  });

  it('are relative to the cheapest row where no usual tower is loaded', () => {
    expect(permits({ audio: 40, video: 245 })).to.deep.equal({ audio: 1, video: 6 });
  });

  it('are 1 for rows too quick to be measured', () => {
    expect(permits({ audio: 0, video: 0 })).to.deep.equal({ audio: 1, video: 1 });
  });
});
