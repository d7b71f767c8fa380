import { need } from './need.js';
import { toWav } from './wav.js';

const LONGEST_SECONDS = 10;
/** What models of sound read at most. */
const RATE = 48_000;

/**
 * The button that records a sound to search by: pressed once it listens, pressed again, or after ten seconds, it searches.
 * What browsers record is not what the service reads, so that it is sent as WAV.
 */
export class Recorder {
  readonly #button = need('#record', HTMLButtonElement);
  readonly #words = need('#record-words', HTMLElement);
  readonly #done: (sound: File) => void;
  #recording: MediaRecorder | undefined;

  constructor(done: (sound: File) => void) {
    this.#done = done;
    this.#button.addEventListener('click', () => void this.#onClick());
  }

  show(wanted: boolean): void {
    this.#button.hidden = !wanted;
  }

  async #onClick(): Promise<void> {
    if (this.#recording !== undefined) return this.#recording.stop();
    this.#say('');
    this.#button.disabled = true;
    try {
      await this.#record();
    } catch (error) {
      this.#say(toRefusal(error));
    } finally {
      this.#button.disabled = false;
    }
  }

  async #record(): Promise<void> {
    // Both are left out of pages that are not served securely, and of some browsers.
    if (!('mediaDevices' in navigator) || typeof MediaRecorder === 'undefined') throw new Error('insecure');
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recording = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recording.addEventListener('dataavailable', ({ data }) => parts.push(data));
    const timer = setTimeout(
      () => recording.state === 'recording' && recording.stop(),
      LONGEST_SECONDS * 1000,
    );
    recording.addEventListener('stop', () => {
      clearTimeout(timer);
      for (const track of stream.getTracks()) track.stop();
      this.#recording = undefined;
      this.#mark(false);
      void this.#send(new Blob(parts));
    });
    recording.start();
    this.#recording = recording;
    this.#mark(true);
    this.#say(`Listening, for ${LONGEST_SECONDS} seconds at most. Press again to search.`);
  }

  async #send(recorded: Blob): Promise<void> {
    this.#say('');
    try {
      const context = new OfflineAudioContext(1, 1, RATE);
      const sound = await context.decodeAudioData(await recorded.arrayBuffer());
      this.#done(new File([toWav(sound)], 'recording.wav', { type: 'audio/wav' }));
    } catch {
      this.#say('Nothing was recorded.');
    }
  }

  #mark(recording: boolean): void {
    this.#button.setAttribute('aria-pressed', String(recording));
    this.#button.classList.toggle('recording', recording);
  }

  #say(words: string): void {
    this.#words.textContent = words;
    this.#words.hidden = words === '';
  }
}

function toRefusal(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError')
    return 'The browser was not allowed to use the microphone. Drop a sound instead, or allow it.';
  if (name === 'NotFoundError' || name === 'NotReadableError')
    return 'There is no microphone that can be used. Drop a sound instead.';
  return 'This browser lets a page record only at localhost or over HTTPS. Drop a sound instead.';
}
