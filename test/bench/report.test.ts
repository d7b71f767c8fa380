import { expect } from 'chai';
import { describeMachine } from '../../bench/machine.js';
import { QUICK_PLAN } from '../../bench/plan.js';
import { drawBarChart } from '../../bench/report/bar-chart.js';
import { describeRevision, describeRun, renderTables } from '../../bench/report/tables.js';
import { Results } from '../../bench/results.js';
import { percentile, spreadOf } from '../../bench/statistics.js';

const MACHINE = describeMachine();

describe('the report of the benchmark', () => {
  it('gives the nearest rank as the percentile', () => {
    const values = Array.from({ length: 20 }, (_, at) => 20 - at);
    expect(percentile(values, 95)).to.equal(19);
    expect(percentile(values, 50)).to.equal(10);
    expect(percentile([1, 2, 3], 50)).to.equal(2);
    expect(percentile([7], 99)).to.equal(7);
    expect(percentile([], 50)).to.be.NaN;
  });

  it('gives what the rounds of a figure came to, and leaves out what is no number', () => {
    expect(spreadOf([3, NaN, 1, 2])).to.deep.equal({ median: 2, least: 1, most: 3 });
    expect(Object.values(spreadOf([]))).to.deep.equal([NaN, NaN, NaN]);
  });

  it('puts the spread of the rounds beside each target, and no verdict where none is asked for', () => {
    const results = new Results();
    const add = (name: string, ...values: number[]) =>
      results.add(values.map((value) => ({ name, unit: '', value })));
    add('service fp32/ready', 2400, 2600, 2700);
    add('service fp32/memory at its peak', 1000);
    const tables = renderTables(results, MACHINE, { ...QUICK_PLAN, rounds: 3, model: 'a model' });
    expect(tables).to.include(
      '| fp32: process start to ready, both towers | ≤ 2.5 s | 2.60 s | 2.40 to 2.70 | **no** |',
    );
    expect(tables).to.match(/\| fp32: [^|]+ at its peak \| {2}\| 1\.05 GB \| 1\.05 to 1\.05 \| {2}\|/);
  });

  it('names the commit that was measured, and says if more than that was', () => {
    const of = (revision: string | undefined) =>
      describeRevision({ ...MACHINE, handspring: '1.2.3', revision });
    expect(of('abc1234')).to.equal('Handspring 1.2.3, revision abc1234');
    expect(of('abc1234-dirty')).to.equal(
      'Handspring 1.2.3, revision abc1234, with changes that are not committed',
    );
    expect(of(undefined)).to.equal('Handspring 1.2.3');
    expect(describeRun({ ...MACHINE, revision: 'abc1234' }, { rounds: 1, model: 'a model' })[0]).to.match(
      /^a model, 1 round; medians\. Handspring .*, revision abc1234\.$/,
    );
  });

  it('draws a bar for each value that is a number, and escapes names', () => {
    const groups = [{ name: 'a<b', values: [1, NaN] }];
    const svg = drawBarChart({ title: 'T', unit: 'u', series: ['x', 'y'], groups });
    expect(svg).to.include('a&lt;b').and.not.include('NaN');
    expect(svg.match(/<rect[^>]*height="2\d\d\.\d"/g)).to.have.length(1);
  });
});
