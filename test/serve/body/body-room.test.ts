import { expect } from 'chai';
import type { HandspringError } from '../../../src/core/errors.js';
import { BodyRoom } from '../../../src/serve/body/body-room.js';

const MB = 1_000_000;
const KB = 1000;

describe('the room for bodies', () => {
  let room: BodyRoom;
  let held: number;
  beforeEach(() => {
    held = 0;
    room = new BodyRoom(10 * MB, (bytes) => (held = bytes));
  });

  const bodyOf = (caller: string, bytes: number, announced = 0) => {
    const body = room.enter(caller, announced);
    body.grow(bytes);
    return body;
  };
  const codeOf = (work: () => unknown) => {
    try {
      work();
      return 'taken';
    } catch (error) {
      return (error as HandspringError).code;
    }
  };

  it('is taken by what has arrived, not by what is announced', () => {
    room.enter('a', 9 * MB);
    room.enter('b', 9 * MB);
    bodyOf('a', 1 * MB, 9 * MB);
    expect(held).to.equal(1 * MB);
  });

  it('refuses what cannot fit at this moment before it is sent', () => {
    bodyOf('a', 6 * MB).finish();
    expect(codeOf(() => room.enter('b', 5 * MB))).to.equal('overloaded');
    expect(codeOf(() => room.enter('b', 4 * MB))).to.equal('taken');
    expect(held).to.equal(6 * MB);
  });

  it('refuses the bytes that are too many, by the option and the numbers', () => {
    bodyOf('a', 6 * MB).finish();
    const growing = bodyOf('b', 3 * MB);
    expect(() => growing.grow(2 * MB)).to.throw(
      '9000000 bytes of request bodies are being worked on, 2000000 more would exceed MAX_PENDING_BYTES=10000000; try again',
    );
    growing.release();
    growing.release();
    expect(held).to.equal(6 * MB);
  });

  it('lets one body alone be larger than all of it', () => {
    const only = bodyOf('a', 9 * MB);
    expect(codeOf(() => only.grow(9 * MB))).to.equal('taken');
  });

  it('is all for one caller while nobody else wants it', () => {
    const bodies = [bodyOf('a', 5 * MB), bodyOf('a', 5 * MB)];
    expect(codeOf(() => bodies[0]?.grow(1))).to.equal('overloaded');
    expect(held).to.equal(10 * MB);
  });

  it('takes what the greediest still sends back for a caller that has less', () => {
    const told: string[] = [];
    const enter = (name: string, caller: string, bytes: number) =>
      bodyOf(caller, bytes).onTakenBack(({ code }) => told.push(`${name} ${code}`));
    enter('small of a', 'a', 2 * MB);
    enter('large of a', 'a', 5 * MB);
    enter('of b', 'b', 3 * MB);
    expect(codeOf(() => bodyOf('c', 2 * MB, 2 * MB))).to.equal('taken');
    expect(told).to.deep.equal(['large of a overloaded']);
    expect(held).to.equal(7 * MB);
  });

  it('takes nothing back from who has no more, nor what is whole already', () => {
    const told: string[] = [];
    const whole = bodyOf('a', 6 * MB);
    whole.finish();
    whole.onTakenBack(() => told.push('whole'));
    bodyOf('b', 4 * MB).onTakenBack(() => told.push('b'));
    expect(codeOf(() => bodyOf('c', 5 * MB))).to.equal('overloaded');
    expect(told).to.deep.equal([]);
  });

  it('tells a body that is given up before it is whole, and no other', () => {
    const told: string[] = [];
    const arriving = bodyOf('a', 1 * MB);
    arriving.onTakenBack(() => told.push('arriving'));
    const whole = bodyOf('a', 1 * MB);
    whole.onTakenBack(() => told.push('whole'));
    whole.finish();
    for (const body of [arriving, whole, arriving, whole]) body.release();
    expect(told).to.deep.equal(['arriving']);
    expect(held).to.equal(0);
  });

  it('holds nothing more for a body that was taken back', () => {
    const taken = bodyOf('a', 9 * MB);
    bodyOf('b', 3 * MB);
    taken.grow(5 * MB);
    expect(held).to.equal(3 * MB);
    taken.release();
    expect(held).to.equal(3 * MB);
  });

  it('has a sixteenth beside the rest for small bodies, whoever sent the large ones', () => {
    bodyOf('a', 10 * MB).finish();
    for (let count = 0; count < 12; count++) expect(codeOf(() => bodyOf('a', 50 * KB))).to.equal('taken');
    expect(codeOf(() => bodyOf('a', 50 * KB))).to.equal('overloaded');
    expect(held).to.equal(10 * MB + 600 * KB);
  });

  it('counts a body that grows out of the small ones among the rest', () => {
    bodyOf('a', 10 * MB).finish();
    const growing = bodyOf('a', 60 * KB);
    expect(codeOf(() => growing.grow(60 * KB))).to.equal('overloaded');
    growing.release();
    expect(held).to.equal(10 * MB);
  });
});
