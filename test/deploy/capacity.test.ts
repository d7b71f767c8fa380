import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { planCapacity } from '../../bench/capacity-model.js';
import type { Assumed, Measured, Target } from '../../bench/capacity-model.js';
import { renderCapacity } from '../../bench/capacity-page.js';
import type { CapacityInputs } from '../../bench/capacity-page.js';
import { ROOT } from '../../src/core/own-module.js';

const measured: Measured = {
  command: '',
  model: 'starter',
  machine: '',
  cores: 2,
  loadAverage: 0,
  photos: '',
  coresPerReplica: 2,
  imagesPerSecondPerCore: 50,
  textsPerSecondPerCore: 100,
  textAloneMs: 5,
  textP95DuringImportMs: 40,
  memoryMiBPerReplica: 512,
  variants: [],
};
const assumed: Assumed = {
  usableShare: 0.5,
  spareReplicas: 1,
  hoursPerMonth: 100,
  pricePerCoreHour: 1,
  pricePerGiBHour: 2,
};
const target: Target = { name: 'some', photosPerDay: 0, importHours: 1, queriesPerSecond: 0, p95Ms: 100 };

describe('planning the capacity', () => {
  it('takes cores for photos by what a core does in the hours there are, and leaves room', () => {
    // 360,000 in an hour are 100 a second: two cores at their fullest, four at half.
    const plan = planCapacity({ ...target, photosPerDay: 360_000 }, measured, assumed);
    expect(plan).to.include({
      photosPerSecond: 100,
      imageCores: 4,
      textCores: 0,
    });
    expect(plan.replicas).to.deep.equal({ mixed: 3, photos: 0, queries: 0 });
  });

  it('takes cores for queries on top', () => {
    const plan = planCapacity({ ...target, photosPerDay: 360_000, queriesPerSecond: 200 }, measured, assumed);
    expect(plan).to.include({ imageCores: 4, textCores: 4 });
    expect(plan.replicas.mixed).to.equal(5);
  });

  it('keeps a replica so empty that one query in twenty is later than asked', () => {
    // ρ ≤ 1 − 5 ms × ln 20 / 20 ms = 0.2511, that is 50.2 queries of 5 ms a second.
    const plan = planCapacity({ ...target, queriesPerSecond: 101, p95Ms: 20 }, measured, assumed);
    expect(plan.queriesPerReplica).to.be.closeTo(50.21, 0.01);
    expect(plan.replicas.mixed).to.equal(4); // for three times 50.2, and one to spare; two would do for the cores
  });

  it('starts from what a query waits beside an import, and adds the queue of queries alone', () => {
    // 100 ms = 40 ms + 5 ms × ln 20 × ρ / (1 − ρ).
    const plan = planCapacity({ ...target, queriesPerSecond: 1, photosPerDay: 1 }, measured, assumed);
    const fullest = 60 / (60 + 5 * Math.log(20));
    expect(plan.queriesPerReplica).to.be.closeTo(fullest * 200, 1e-9);
    expect(plan.apart).to.equal(false);
  });

  it('gives queries replicas of their own where beside an import they would be late', () => {
    const wanted = { ...target, photosPerDay: 360_000, queriesPerSecond: 200, p95Ms: 30 };
    const plan = planCapacity(wanted, measured, assumed);
    expect(plan.apart).to.equal(true);
    expect(plan.queriesPerReplica).to.be.closeTo((1 - (5 * Math.log(20)) / 30) * 200, 1e-9);
    // 4 cores of photos; 200 queries a second at 100.1 a replica, or 4 cores: two each, and one to spare.
    expect(plan.replicas).to.deep.equal({ mixed: 0, photos: 3, queries: 3 });
    expect(plan.costPerMonth).to.equal(6 * (2 * 1 + 0.5 * 2) * 100);
  });

  it('has one replica and those to spare for a target of nothing', () => {
    expect(planCapacity(target, measured, assumed).replicas.mixed).to.equal(2);
  });

  it('bills cores and memory of every replica by the hour', () => {
    // 2 × (2 × 1 + 0.5 × 2) × 100
    expect(planCapacity(target, measured, assumed).costPerMonth).to.equal(600);
  });

  it('refuses a percentile that no number of replicas reaches, and says which one it is', () => {
    expect(() => planCapacity({ ...target, p95Ms: 14 }, measured, assumed)).to.throw(
      RangeError,
      'some: expected a p95 above 15 ms, received 14 ms',
    );
  });

  const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
  const inputs = JSON.parse(read('deploy/capacity.json')) as CapacityInputs;

  it('has a plan for every target that it is shipped with', () => {
    for (const shipped of inputs.targets) {
      expect(() => planCapacity(shipped, inputs.measured, inputs.assumed), shipped.name).to.not.throw();
    }
  });

  it('is on the page as the figures have it', () => {
    expect(read('deploy/capacity.md')).to.equal(renderCapacity(inputs));
  });
});
