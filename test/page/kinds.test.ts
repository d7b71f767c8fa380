import { expect } from 'chai';
import type { InfoAnswer } from '../../src/photos/index/answers.js';
import { toCounts, toNames, toShownKinds } from '../../src/page/kinds.js';

const photos = (count: number) => ({ kind: 'image', one: 'photo', many: 'photos', count });
const sounds = (count: number) => ({ kind: 'audio', one: 'sound', many: 'sounds', count });
const infoOf = (...kinds: object[]) => ({ store: { kinds } }) as unknown as InfoAnswer;

describe('the kinds that a place shows', () => {
  it('are photos, with sounds beside them where there are any', () => {
    const both = toShownKinds({}, infoOf(photos(3), sounds(2)));
    expect(both).to.deep.equal({ main: photos(3), beside: [sounds(2)], several: true });
    expect(toShownKinds({}, infoOf(photos(3), sounds(0)))).to.deep.include({ beside: [], several: false });
  });

  it('are sounds alone in a folder of sounds, and where the place names them', () => {
    const alone = toShownKinds({}, infoOf(photos(0), sounds(2)));
    expect(alone).to.deep.equal({ main: sounds(2), beside: [], several: false });
    const named = toShownKinds({ kind: 'audio' }, infoOf(photos(3), sounds(2)));
    expect(named).to.deep.equal({ main: sounds(2), beside: [], several: true });
  });

  it('are those that there are where the place names another, and photos where nothing is known', () => {
    const other = toShownKinds({ kind: 'smell' }, infoOf(photos(3), sounds(2)));
    expect(other.main).to.deep.equal(photos(3));
    expect(other.beside).to.deep.equal([sounds(2)]);
    expect(toShownKinds({}, undefined).main).to.include({ kind: 'image', many: 'photos' });
  });

  it('are named and counted', () => {
    expect(toNames([photos(1), sounds(1)])).to.equal('photos and sounds');
    expect(toCounts([photos(1), sounds(1200)])).to.equal('1 photo and 1,200 sounds');
    const videos = { kind: 'video', one: 'video', many: 'videos', count: 2 };
    expect(toNames([photos(1), sounds(1), videos])).to.equal('photos, sounds and videos');
    expect(toCounts([photos(2), sounds(1), videos])).to.equal('2 photos, 1 sound and 2 videos');
  });
});
