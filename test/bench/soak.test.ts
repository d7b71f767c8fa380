import { expect } from 'chai';
import { describeMachine } from '../../bench/machine.js';
import { judgeSoak, memorySlope } from '../../bench/soak/judge.js';
import { createSoakLoad } from '../../bench/soak/load.js';
import { drawSoak } from '../../bench/soak/plot.js';
import type { SoakSample } from '../../bench/soak/plot.js';
import { renderSoak } from '../../bench/soak/table.js';

const sampleAt = (minute: number, mebibytes: number, changes: Partial<SoakSample> = {}): SoakSample => ({
  minute,
  memoryBytes: mebibytes * 2 ** 20,
  descriptors: 20,
  threads: 11,
  lagMs: 1,
  answered: 60 * minute,
  errors: 0,
  ...changes,
});
/** Nine minutes, of which the last three may differ. */
const soak = (memory: (minute: number) => number, late: Partial<SoakSample> = {}) =>
  Array.from({ length: 9 }, (_, at) => sampleAt(at + 1, memory(at + 1), at < 6 ? {} : late));

const FACTS = {
  machine: { ...describeMachine(), handspring: '1.2.3', revision: 'abc1234' },
  model: 'starter',
  callers: 4,
};

describe('the report of a soak', () => {
  it('names the model, the callers, what they send, the revision, the machine and the verdict', () => {
    const report = renderSoak(
      soak(() => 400),
      FACTS,
    );
    expect(report).to.match(
      /^starter, 9 minutes, 4 callers: each sends .* 8 different JPEGs of 640 × 480 .*422\)\.$/m,
    );
    expect(report).to.include(`Handspring 1.2.3, revision abc1234, on ${FACTS.machine.cpu}`);
    expect(report).to.include('**Passed**').and.to.include('540 requests answered as they should be, 0 not');
    expect(
      renderSoak(
        soak(() => 400, { errors: 1 }),
        FACTS,
      ),
    ).to.include('**Failed**: requests: expected no error, received 1');
  });

  it('is of a load that is what it is said to be', async () => {
    const load = await createSoakLoad();
    const requests = Array.from({ length: 105 }, (_, round) => load(round, 1));
    const good = requests.filter(({ expected }) => expected === 200);
    expect(requests.filter(({ expected }) => expected === 422)).to.have.length(15);
    expect(
      new Set(good.flatMap(({ images }) => images.map((bytes) => Buffer.from(bytes).toString('base64'))))
        .size,
    ).to.equal(8);
    expect([...new Set(good.map(({ images }) => images.length))].sort()).to.deep.equal([1, 2, 3]);
    expect([...new Set(good.map(({ texts }) => texts.length))].sort()).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('shows memory on an axis close around it, so that a slope is seen', () => {
    const svg = drawSoak(soak((minute) => 629 + 4 * minute));
    expect(svg).to.include('>620<').and.to.include('>680<').and.to.include('the axis does not begin at 0');
  });

  it('tells the slope of memory in MiB a minute, and how far off it is by chance', () => {
    const { slope, standardError } = memorySlope([sampleAt(1, 100), sampleAt(2, 103), sampleAt(3, 106)]);
    expect(slope).to.be.closeTo(3, 1e-9);
    expect(standardError).to.be.closeTo(0, 1e-9);
    // By hand: the line is 101.5 + 0.6 (minute - 2.5); what is left of the four is 1.2 by squares.
    const four = [sampleAt(1, 100), sampleAt(2, 102), sampleAt(3, 102), sampleAt(4, 102)];
    expect(memorySlope(four).slope).to.be.closeTo(0.6, 1e-9);
    expect(memorySlope(four).standardError).to.be.closeTo(Math.sqrt(1.2 / 2 / 5), 1e-9);
  });

  it('takes no growth for one that may be chance', () => {
    const breathing = (slope: number) => soak((minute) => 400 + slope * minute + (minute % 2) * 20);
    expect(judgeSoak(breathing(1.5))).to.deep.equal([]);
    expect(judgeSoak(breathing(15))[0]).to.match(
      /^memory: expected at most 1 MiB more a minute, received 1\d\./,
    );
  });

  it('leaves the first third out of it', () => {
    const samples = soak((minute) => (minute <= 3 ? minute * 100 : 400));
    expect(renderSoak(samples, FACTS)).to.include(
      'Memory after the first third: 0.00 ± 0.00 MiB a minute (at most 1,',
    );
    expect(judgeSoak(samples)).to.deep.equal([]);
  });

  const flat = () => 400;
  const bad: [what: string, samples: SoakSample[], problem: string][] = [
    [
      'memory that grows',
      soak((minute) => 400 + 1.5 * minute),
      'memory: expected at most 1 MiB more a minute, received 1.50 ± 0.00',
    ],
    [
      'descriptors that add up',
      soak(flat, { descriptors: 29 }),
      'descriptors: expected at most 8 more, received 9',
    ],
    ['threads that add up', soak(flat, { threads: 14 }), 'threads: expected at most 2 more, received 3'],
    ['an error', soak(flat, { errors: 1 }), 'requests: expected no error, received 1'],
  ];
  for (const [what, samples, problem] of bad) {
    it(`refuses ${what}`, () => expect(judgeSoak(samples)).to.deep.equal([problem]));
  }

  it('plots every sample of five things, and errors beside requests', () => {
    const samples = soak(flat, { errors: 30 });
    const svg = drawSoak(samples);
    const titles = ['resident memory', 'descriptors', 'threads', 'event-loop delay', 'requests a second'];
    for (const title of titles) expect(svg).to.match(new RegExp(`<text [^>]+>${title}`));
    const lines = Array.from(svg.matchAll(/<polyline points="([^"]+)"/g), ([, points = '']) =>
      points.split(' '),
    );
    expect(lines.map((points) => points.length)).to.deep.equal([9, 9, 9, 9, 9, 9]);
    const heights = lines.map((points) => points.map((point) => Number(point.split(',')[1])));
    // 400 MiB at the foot of an axis to 416, 20 of 20, 11 of 20, 1 of 1, and one request a second of 1; half an error a second at the end.
    expect(heights.map(([first]) => Math.round(first ?? NaN))).to.deep.equal([112, 148, 306, 388, 508, 592]);
    expect(new Set(heights[5])).to.deep.equal(new Set([592, 550]));
    expect(svg).to.include('>9 minutes<').and.to.not.include('NaN');
  });

  it('plots nothing at all without a number that is none', () => {
    const nothing = { memoryBytes: 0, descriptors: 0, threads: 0, lagMs: 0, answered: 0 };
    expect(drawSoak([sampleAt(1, 0, nothing)])).to.not.match(/NaN|Infinity/);
  });
});
