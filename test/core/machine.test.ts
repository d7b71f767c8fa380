import path from 'node:path';
import { expect } from 'chai';
import { availableCores, availableDescriptors, availableMemory } from '../../src/core/machine.js';
import { makeFolder } from '../support/folder.js';

/** The cores of a machine with 8 of them, on which Linux tells this. */
async function coresWith(files: Readonly<Record<string, string>>): Promise<number> {
  const { folder, remove } = await makeFolder(files);
  try {
    return availableCores({ proc: path.join(folder, 'proc'), cgroup: path.join(folder, 'cgroup') }, 8);
  } finally {
    await remove();
  }
}

describe('the cores that may be used', () => {
  const cases: readonly [title: string, files: Readonly<Record<string, string>>, cores: number][] = [
    ['all where there are no cgroups', {}, 8],
    ['those of a container', { 'proc/self/cgroup': '0::/\n', 'cgroup/cpu.max': '400000 100000\n' }, 4],
    ['all without a quota', { 'proc/self/cgroup': '0::/\n', 'cgroup/cpu.max': 'max 100000\n' }, 8],
    ['whole ones of a fraction', { 'proc/self/cgroup': '0::/\n', 'cgroup/cpu.max': '350000 100000\n' }, 3],
    ['one of less than one', { 'proc/self/cgroup': '0::/\n', 'cgroup/cpu.max': '50000 100000\n' }, 1],
    ['no more than there are', { 'proc/self/cgroup': '0::/\n', 'cgroup/cpu.max': '6400000 100000\n' }, 8],
    [
      'those of a systemd unit',
      {
        'proc/self/cgroup': '0::/system.slice/handspring.service\n',
        'cgroup/system.slice/handspring.service/cpu.max': '200000 100000\n',
      },
      2,
    ],
    [
      'those of the slice, if it has fewer than its unit',
      {
        'proc/self/cgroup': '0::/small.slice/handspring.service\n',
        'cgroup/small.slice/cpu.max': '100000 50000\n',
        'cgroup/small.slice/handspring.service/cpu.max': '500000 100000\n',
      },
      2,
    ],
    [
      "those of the first version's container, whose path is the host's",
      {
        'proc/self/cgroup': '5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n',
        'cgroup/cpu,cpuacct/cpu.cfs_quota_us': '300000\n',
        'cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      },
      3,
    ],
    [
      'all without a quota in the first version',
      {
        'proc/self/cgroup': '1:cpu:/a\n0::/\n',
        'cgroup/cpu/a/cpu.cfs_quota_us': '-1\n',
        'cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
      },
      8,
    ],
    ['all where the files make no sense', { 'proc/self/cgroup': '?\n0::/\n', 'cgroup/cpu.max': '\n' }, 8],
  ];
  for (const [title, files, cores] of cases) {
    it(`are ${title}`, async () => expect(await coresWith(files)).to.equal(cores));
  }

  it('are those of the machine this runs on, too', () => {
    expect(availableCores()).to.be.at.least(1);
  });
});

describe('the memory that may be used', () => {
  it("is the cgroup's limit, or the machine's where there is none or a larger one", () => {
    expect(availableMemory(1000, 300)).to.equal(300);
    for (const none of [0, 2000, 2 ** 64]) expect(availableMemory(1000, none)).to.equal(1000);
  });
});

describe('the files that may be open', () => {
  const LIMITS =
    'Max processes 512 512 processes\nMax open files            1024                 4096                 files\n';
  for (const [title, files, most] of [
    ['those that the system lets this process have', { 'proc/self/limits': LIMITS }, 1024],
    [
      'any number where it says unlimited',
      { 'proc/self/limits': 'Max open files  unlimited  unlimited  files\n' },
      Infinity,
    ],
    ['any number where it does not say', {}, Infinity],
  ] as const) {
    it(`are ${title}`, async () => {
      const { folder, remove } = await makeFolder(files);
      const system = { proc: path.join(folder, 'proc'), cgroup: path.join(folder, 'cgroup') };
      expect(availableDescriptors(system)).to.equal(most);
      await remove();
    });
  }
});
