import { expect } from 'chai';
import { operatorTimes } from '../../bench/measure/operator-times.js';

const node = (operator: string, dur: number, name = `${operator}_0_kernel_time`) => ({
  cat: 'Node',
  name,
  dur,
  args: { op_name: operator },
});

describe('the times of operators in a profile', () => {
  it('are summed by kind, the longest first', () => {
    const profile = [node('Mul', 1000), node('MatMul', 6000), node('Mul', 2000), node('Add', 1000)];
    expect(operatorTimes(JSON.stringify(profile))).to.deep.equal([
      { operator: 'MatMul', calls: 1, milliseconds: 6, share: 0.6 },
      { operator: 'Mul', calls: 2, milliseconds: 3, share: 0.3 },
      { operator: 'Add', calls: 1, milliseconds: 1, share: 0.1 },
    ]);
  });

  it('leave out what is no work of a node: the session, fences and whole runs', () => {
    const profile = [
      { cat: 'Session', name: 'model_run', dur: 9000 },
      node('Mul', 70, 'Mul_0_fence_before'),
      {},
      node('Mul', 1000),
    ];
    expect(operatorTimes(JSON.stringify(profile))).to.have.length(1);
    expect(operatorTimes(JSON.stringify(profile))[0]).to.include({ calls: 1, milliseconds: 1, share: 1 });
    expect(operatorTimes('[]')).to.deep.equal([]);
  });
});
