import { expect } from 'chai';
import { FairQueue } from '../../src/core/fair-queue.js';
import { seededRandom } from '../support/random.js';

const BATCH = 8;

interface Request {
  readonly caller: string;
  readonly came: number;
}

/** A machine in virtual time: a batch takes one unit, however many rows it has. */
class Machine {
  readonly queue = new FairQueue<Request>(4);
  now = 0;

  add(caller: string, weight = 1): void {
    this.queue.add({ caller, came: this.now }, { urgent: true, caller: { id: caller, weight } });
  }

  /** One batch: who was in it, and how long each has waited for its answer. */
  step(): { caller: string; took: number }[] {
    const batch = this.queue.take(this.queue.turn(), BATCH, () => true);
    this.now++;
    return batch.map(({ caller, came }) => ({ caller, took: this.now - came }));
  }
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;

describe('callers of one machine, by simulation', () => {
  /** Light callers out of 10,000, at half of what the machine can do; with one that always has 64 open, or without. */
  function lightLatencies(heavyOpen: number): number[] {
    const machine = new Machine();
    const random = seededRandom(3);
    const took: number[] = [];
    for (let open = 0; open < heavyOpen; open++) machine.add('heavy');
    for (let batch = 0; batch < 20_000; batch++) {
      for (let at = 0; at < BATCH; at++) {
        if (random() < 0.5) machine.add(`light ${Math.floor(random() * 10_000)}`);
      }
      for (const answer of machine.step()) {
        if (answer.caller === 'heavy') machine.add('heavy');
        else took.push(answer.took);
      }
    }
    return took;
  }

  it('a light one waits at most a batch longer for one that keeps 64 requests open', () => {
    const alone = lightLatencies(0);
    const beside = lightLatencies(64);
    expect(beside).to.have.length.of.at.least(50_000);
    expect(quantile(beside, 0.95)).to.be.at.most(2 * quantile(alone, 0.95) + 1);
  });

  it('fifty that always want more get shares by their weights', () => {
    const machine = new Machine();
    const weightOf = (caller: number) => 1 + (caller % 4);
    const served = new Map<string, number>();
    const weights = new Map(Array.from({ length: 50 }, (_, caller) => [`${caller}`, weightOf(caller)]));
    for (const [caller, weight] of weights) for (let open = 0; open < 20; open++) machine.add(caller, weight);
    for (let batch = 0; batch < 5000; batch++) {
      for (const { caller } of machine.step()) {
        served.set(caller, (served.get(caller) ?? 0) + 1);
        machine.add(caller, weights.get(caller));
      }
    }
    const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
    for (const [caller, weight] of weights) {
      const share = ((served.get(caller) ?? 0) / (5000 * BATCH)) * (sum / weight);
      expect(share, `caller ${caller} of weight ${weight}`).to.be.within(0.9, 1.1);
    }
  });
});
