import { expect } from 'chai';
import { drawBarChart } from '../../bench/report/bar-chart.js';
import { Results } from '../../bench/results.js';
import { percentile } from '../../bench/statistics.js';
import { judge } from '../../bench/targets.js';

describe('the report of the benchmark', () => {
  it('gives the nearest rank as the percentile', () => {
    const values = Array.from({ length: 20 }, (_, at) => 20 - at);
    expect(percentile(values, 95)).to.equal(19);
    expect(percentile(values, 50)).to.equal(10);
    expect(percentile([1, 2, 3], 50)).to.equal(2);
    expect(percentile([7], 99)).to.equal(7);
    expect(percentile([], 50)).to.be.NaN;
  });

  it('judges by ratios of medians within the run, and leaves out what was not measured', () => {
    const results = new Results();
    const add = (name: string, ...values: number[]) =>
      results.add(values.map((value) => ({ name, unit: '', value })));
    add('raw/image/batch 1', 40, 40, 90);
    add('raw/image/batch 8', 50, 49, 51);
    add('service fp32/image 640x480/16 callers', 45, 40, 46);
    add('service fp32/ready', 2600);
    expect(judge(results).map(({ found, reached }) => [found, reached])).to.deep.equal([
      [0.9, true],
      [2.6, false],
    ]);
  });

  it('draws a bar for each value that is a number, and escapes names', () => {
    const groups = [{ name: 'a<b', values: [1, NaN] }];
    const svg = drawBarChart({ title: 'T', unit: 'u', series: ['x', 'y'], groups });
    expect(svg).to.include('a&lt;b').and.not.include('NaN');
    expect(svg.match(/<rect[^>]*height="2\d\d\.\d"/g)).to.have.length(1);
  });
});
