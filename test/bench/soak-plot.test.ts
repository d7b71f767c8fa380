import { expect } from 'chai';
import { memorySlope, renderSoak } from '../../bench/soak-plot.js';

const sampleAt = (minute: number, mebibytes: number) => ({
  minute,
  memoryBytes: mebibytes * 2 ** 20,
  descriptors: 20,
  threads: 11,
  lagMs: 1,
  answered: 10,
  errors: 0,
});

describe('the report of a soak', () => {
  it('tells the slope of memory in MiB a minute', () => {
    expect(memorySlope([sampleAt(1, 100), sampleAt(2, 103), sampleAt(3, 106)])).to.be.closeTo(3, 1e-9);
    expect(memorySlope([sampleAt(1, 100), sampleAt(2, 100)])).to.equal(0);
  });

  it('leaves the warm-up out of it, and plots every sample', () => {
    const samples = [10, 400, 400, 400, 400, 400].map((mebibytes, at) => sampleAt(at, mebibytes));
    const { table, svg } = renderSoak(samples.slice(1));
    expect(table).to.include('Memory after the first third: 0.00 MiB a minute.');
    expect(svg.match(/[\d.]+,[\d.]+/g)).to.have.length(5);
  });
});
