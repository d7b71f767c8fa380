import { expect } from 'chai';
import { kindOf, namesOf, PHOTO, SOUND, VIDEO } from '../../../src/photos/media/kinds.js';
import { createFilm } from '../index/colour-film.js';
import { FFMPEG, makeMedia } from '../../support/ffmpeg.js';

const tone = (format: string, ...codecs: string[]) =>
  makeMedia(['-f', 'lavfi', '-i', 'sine=d=1', ...codecs, '-f', format]);
const film = (format: string, ...codecs: string[]) => createFilm('red', { format, codecs });

describe('what a file is by its content', () => {
  const told = (bytes: Uint8Array) => {
    const kind = kindOf(bytes);
    return [kind?.modality, kind?.formatOf(bytes)?.mediaType];
  };

  it('is a sound or a video by the tracks of a container that may hold either', function () {
    if (!FFMPEG) this.skip();
    this.timeout(20_000);
    expect(told(tone('webm', '-c:a', 'libopus'))).to.deep.equal(['audio', 'audio/webm']);
    expect(told(tone('matroska', '-c:a', 'flac'))).to.deep.equal(['audio', 'audio/webm']);
    expect(told(tone('ipod', '-c:a', 'aac'))).to.deep.equal(['audio', 'audio/mp4']);
    expect(told(tone('mp4', '-c:a', 'aac'))).to.deep.equal(['audio', 'audio/mp4']);
    expect(told(tone('avi', '-c:a', 'pcm_s16le'))).to.deep.equal(['audio', 'audio/x-msvideo']);
    expect(told(tone('asf', '-c:a', 'wmav2'))).to.deep.equal(['audio', 'audio/x-ms-wma']);
    expect(told(tone('adts', '-c:a', 'aac'))).to.deep.equal(['audio', 'audio/aac']);
    expect(told(tone('aiff'))).to.deep.equal(['audio', 'audio/aiff']);
    expect(told(film('webm', '-c:v', 'libvpx'))).to.deep.equal(['video', 'video/webm']);
    expect(told(film('mp4', '-c:v', 'mpeg4'))).to.deep.equal(['video', 'video/mp4']);
    expect(told(film('avi', '-c:v', 'mpeg4'))).to.deep.equal(['video', 'video/x-msvideo']);
    expect(told(film('asf', '-c:v', 'wmv2'))).to.deep.equal(['video', 'video/x-ms-wmv']);
    expect(told(film('ogg', '-c:v', 'libtheora'))).to.deep.equal(['video', 'video/ogg']);
    expect(told(film('mpegts', '-c:v', 'mpeg2video'))).to.deep.equal(['video', 'video/mp2t']);
  });

  it('is a video where the beginning says nothing of tracks, and nothing where it is of a kind that is not asked for', () => {
    const mp4 = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0', 'latin1');
    expect(kindOf(mp4)).to.equal(VIDEO);
    expect(kindOf(mp4, [PHOTO, SOUND])).to.equal(undefined);
    expect(kindOf(Buffer.from('words'))).to.equal(undefined);
  });

  it('has names that are listed as people do', () => {
    expect(namesOf([PHOTO, SOUND, VIDEO])).to.equal('photos, sounds and videos');
  });
});
