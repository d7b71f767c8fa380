import { expect } from 'chai';
import { joinLocation, toLocation, toPathPart } from '../../src/photos/location.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('names of files', () => {
  const names: [name: Buffer, part: string][] = [
    [Buffer.from('Grüße 🐱.jpg'), 'Grüße 🐱.jpg'],
    [latin1('caf\xe9.jpg'), 'caf\\xE9.jpg'],
    [Buffer.concat([Buffer.from('ü'), latin1('\xff\xfe'), Buffer.from('猫.png')]), 'ü\\xFF\\xFE猫.png'],
    [Buffer.from('back\\slash.jpg'), 'back\\slash.jpg'],
    [Buffer.from('looks\\xE9escaped.jpg'), 'looks\\x5CxE9escaped.jpg'],
  ];
  for (const [name, part] of names) {
    it(`are text that leads back to the file, for ${part}`, () => {
      expect(toPathPart(name)).to.equal(part);
      expect(Buffer.from(toLocation('/photos', `sub/${part}`))).to.deep.equal(
        Buffer.concat([Buffer.from('/photos/sub/'), name]),
      );
    });
  }

  it('are joined to text where they are UTF-8, and to bytes where not', () => {
    expect(joinLocation('/photos', Buffer.from('ü.jpg'))).to.equal('/photos/ü.jpg');
    expect(joinLocation('/photos', latin1('\xfc.jpg'))).to.deep.equal(latin1('/photos/\xfc.jpg'));
    expect(joinLocation(latin1('/\xfc'), Buffer.from('a.jpg'))).to.deep.equal(latin1('/\xfc/a.jpg'));
  });
});
