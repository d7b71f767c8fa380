import { expect } from 'chai';
import { Shared } from '../../src/towers/shared.js';
import { rejectionOf } from '../support/rejection.js';

describe('what towers share', () => {
  const key = {};
  const closed: string[] = [];
  const thing = (name: string) => ({ name, close: () => Promise.resolve(void closed.push(name)) });

  it('is started by the first, closed by the last, and started anew after that', async () => {
    const shared = new Shared<ReturnType<typeof thing>>();
    const [one, two] = await Promise.all(
      ['a', 'b'].map((name) => shared.use(key, () => Promise.resolve(thing(name)))),
    );
    const other = await shared.use({}, () => Promise.resolve(thing('other')));
    expect([one!.shared.name, two!.shared.name, other.shared.name]).to.deep.equal(['a', 'a', 'other']);
    await one!.close();
    expect(closed).to.deep.equal([]);
    await two!.close();
    expect(closed).to.deep.equal(['a']);
    const anew = await shared.use(key, () => Promise.resolve(thing('c')));
    expect(anew.shared.name).to.equal('c');
  });

  it('is tried again by the next one where it could not be started', async () => {
    const shared = new Shared<ReturnType<typeof thing>>();
    const fail = () => Promise.reject(new Error('no thread'));
    expect((await rejectionOf(shared.use(key, fail))).message).to.equal('no thread');
    expect((await shared.use(key, () => Promise.resolve(thing('d')))).shared.name).to.equal('d');
  });
});
