import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { planCapacity } from '../../bench/capacity-model.js';
import type { Assumed, Measured, Target } from '../../bench/capacity-model.js';
import { renderCapacity } from '../../bench/capacity-page.js';
import type { CapacityInputs } from '../../bench/capacity-page.js';
import { ROOT } from '../../src/version.js';

const measured: Measured = {
  command: '',
  model: 'starter',
  machine: '',
  cores: 2,
  loadAverage: 0,
  photos: '',
  imagesPerSecondPerCore: 50,
  textsPerSecondPerCore: 100,
  textAloneMs: 5,
  textDuringImportMs: 10,
  memoryMiBPerReplica: 512,
  variants: [],
};
const assumed: Assumed = {
  usableShare: 0.5,
  coresPerReplica: 2,
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
      replicasForCores: 2,
      replicas: 3,
    });
  });

  it('takes cores for queries on top', () => {
    const plan = planCapacity({ ...target, photosPerDay: 360_000, queriesPerSecond: 200 }, measured, assumed);
    expect(plan).to.include({ imageCores: 4, textCores: 4, cores: 8, replicasForCores: 4, replicas: 5 });
  });

  it('keeps a replica so empty that one query in twenty is later than asked', () => {
    // ρ ≤ 1 − 5 ms × ln 20 / 20 ms = 0.2511, that is 50.2 queries of 5 ms a second.
    const plan = planCapacity({ ...target, queriesPerSecond: 101, p95Ms: 20 }, measured, assumed);
    expect(plan.queriesPerReplica).to.be.closeTo(50.21, 0.01);
    expect(plan).to.include({ replicasForCores: 2, replicasForQueries: 3, replicas: 4 });
  });

  it('reckons with slower texts where photos are imported', () => {
    const alone = planCapacity({ ...target, queriesPerSecond: 1 }, measured, assumed);
    const beside = planCapacity({ ...target, queriesPerSecond: 1, photosPerDay: 1 }, measured, assumed);
    expect(alone.queriesPerReplica).to.be.closeTo((1 - 0.05 * Math.log(20)) * 200, 1e-9);
    expect(beside.queriesPerReplica).to.be.closeTo((1 - 0.1 * Math.log(20)) * 100, 1e-9);
  });

  it('has one replica and those to spare for a target of nothing', () => {
    expect(planCapacity(target, measured, assumed).replicas).to.equal(2);
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

  it('is on the page as the figures have it', () => {
    const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
    const inputs = JSON.parse(read('deploy/capacity.json')) as CapacityInputs;
    expect(read('deploy/capacity.md')).to.equal(renderCapacity(inputs));
  });
});
