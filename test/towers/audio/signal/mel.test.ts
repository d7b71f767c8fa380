import { expect } from 'chai';
import { melTriangles } from '../../../../src/towers/audio/signal/mel.js';

describe('melTriangles', () => {
  it("are Kaldi's: straight in mel, neighbours add up to 1 between the outer centres", () => {
    const triangles = melTriangles({ bands: 20, lowest: 0, highest: 8000, scale: 'kaldi' }, 16_000, 512);
    const sums = new Float64Array(256);
    for (const { from, weights } of triangles) weights.forEach((weight, k) => (sums[from + k]! += weight));
    for (let bin = 10; bin < 220; bin++) expect(sums[bin]).to.be.closeTo(1, 1e-12);
  });

  it('have none where a band is narrower than the spectrum is fine: the fourth of 128', () => {
    const triangles = melTriangles({ bands: 128, lowest: 20, highest: 8000, scale: 'kaldi' }, 16_000, 512);
    const empty = triangles.flatMap(({ weights }, band) => (weights.length === 0 ? [band] : []));
    expect(empty).to.deep.equal([3]);
  });

  it("are Slaney's: of area 1 in Hz, linear to 1 kHz and logarithmic above", () => {
    const [rate, size] = [48_000, 8192];
    const triangles = melTriangles({ bands: 64, lowest: 50, highest: 14_000, scale: 'slaney' }, rate, size);
    const centres = triangles.map(({ from, weights }) => {
      expect(weights.reduce((sum, weight) => sum + weight, 0) * (rate / size)).to.be.closeTo(1, 0.02);
      return ((from + weights.indexOf(Math.max(...weights))) * rate) / size;
    });
    const steps = centres.slice(1).map((centre, k) => centre - centres[k]!);
    expect(Math.max(...steps.slice(0, 10)) - Math.min(...steps.slice(0, 10))).to.be.at.most(
      2 * (rate / size),
    );
    const ratios = centres.slice(30).map((centre, k) => centre / centres[29 + k]!);
    expect(Math.max(...ratios) - Math.min(...ratios)).to.be.at.most(0.02);
  });
});
