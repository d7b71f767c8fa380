import { expect } from 'chai';
import { describeMachine } from '../../bench/machine.js';
import { QUICK_PLAN } from '../../bench/plan.js';
import { drawBarChart } from '../../bench/report/bar-chart.js';
import type { Bar } from '../../bench/report/bar-chart.js';
import { drawPlots } from '../../bench/report/plots.js';
import { closeRange, niceCeiling } from '../../bench/report/scale.js';
import { describeRevision, describeRun, renderTables } from '../../bench/report/tables.js';
import { Results } from '../../bench/results.js';
import { percentile, spreadOf } from '../../bench/statistics.js';
import { resultsOf } from './results-of.js';

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
    const results = resultsOf({
      'service fp32/ready': [2400, 2600, 2700],
      'service fp32/memory at its peak': [1000],
    });
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
    const told = describeRun({ ...MACHINE, revision: 'abc1234' }, { rounds: 1, model: 'a model' });
    expect(told[0]).to.equal('a model, 1 round; medians.');
    expect(told[2]).to.match(
      /^Handspring .*, revision abc1234, on .*; load average before the run [\d.]+\. The service as it is deployed: MALLOC_ARENA_MAX=2, .*\.$/,
    );
  });

  const rounds = (least: number, median: number, most: number, goal?: number) => ({
    least,
    median,
    most,
    ...(goal === undefined ? {} : { goal }),
  });
  const chart = (...bars: Bar[]) => ({
    title: 'T',
    unit: 'u',
    series: ['x'],
    groups: [{ name: 'a<b', bars }],
  });

  it('draws a bar for each median that is a number, and escapes names', () => {
    const svg = drawBarChart(chart(rounds(9, 9, 9), rounds(NaN, NaN, NaN)));
    expect(svg).to.include('a&lt;b').and.not.include('NaN');
    expect(svg.match(/<rect[^>]*fill="#0072b2"\/>\n/g)).to.have.length(1);
  });

  it('draws a whisker from the least to the most of the rounds', () => {
    // 0 lies at 272 and 10 at 64.
    expect(drawBarChart(chart(rounds(2.5, 5, 9)))).to.match(/M[\d.]+ 220\.0h6M[\d.]+ 84\.8h6/);
  });

  it('draws no line through a label', () => {
    // The label stands 4 above its bar, on axes that end at 10 and at 6; a goal of 5.3 would go through it there.
    const labelOf = (goal: number) => {
      const svg = drawBarChart(chart(rounds(5, 5, 5, goal)));
      return Number(/y="([\d.]+)" text-anchor="middle" font-size="10">5</.exec(svg)?.[1]);
    };
    expect(labelOf(9)).to.be.closeTo(164, 0.1);
    const goalY = 272 - (5.3 / 6) * 208;
    expect(labelOf(5.3)).to.be.closeTo(goalY - 4, 0.1);
  });

  it('puts a goal where the judged ratio of the rounds would be the one wanted', () => {
    const results = resultsOf({
      'raw/text 4/batch 16': [10, 40, 20],
      'service fp32/ready': [1, 1, 1],
      'service fp32/text 4/16 callers': [10, 20, 10],
    });
    const [, svg = ''] = drawPlots(results).find(([name]) => name === 'texts') ?? [];
    // Half of raw in two rounds of three: the goal of 0.8 is at 16 for a bar of 10; the axis ends at 40.
    expect(svg).to.include('>4 tokens<').and.to.include('goal: the model alone × 0.8');
    const goal = Number(/M[\d.]+ ([\d.]+)H[\d.]+" stroke="#d55e00"/.exec(svg)?.[1]);
    expect(272 - goal).to.be.closeTo((16 / 40) * 208, 0.1);
  });

  it('has images and texts in plots of their own', () => {
    const results = new Results();
    for (const name of ['ready', 'image 640x480/16 callers', 'text 12/16 callers'])
      results.add([{ name: `service fp32/${name}`, unit: '', value: 3 }]);
    expect(drawPlots(results).map(([name]) => name)).to.deep.equal([
      'images',
      'texts',
      'variants.images',
      'variants.texts',
    ]);
  });

  it('ends scales at round numbers, close around what moves little', () => {
    expect([0, 0.3, 7, 61].map(niceCeiling).map((x) => Number(x.toFixed(3)))).to.deep.equal([1, 0.4, 8, 80]);
    expect(closeRange([629, 663], 16)).to.deep.equal([620, 680]);
    expect(closeRange([640, 640], 16)).to.deep.equal([640, 656]);
  });
});
