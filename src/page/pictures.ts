import { toImageUrl } from './api.js';
import type { Photo } from './listing.js';
import { toProportion } from './justify.js';

/** How one kind of file is shown. */
interface Looks {
  /** Puts its picture into an element. */
  readonly draw: (into: HTMLElement, photo: Photo) => void;
  /** The width of its card by its height. */
  readonly proportion: (photo: Photo) => number;
  /** Which player opens it large. */
  readonly opensAs: 'image' | 'audio' | 'video';
  /** Whether its card plays it. */
  readonly plays: boolean;
}

const SVG = 'http://www.w3.org/2000/svg';
/** A part without sound is a line still. */
const LEAST_HEIGHT = 2;

const LOOKS: Readonly<Record<string, Looks>> = {
  image: {
    draw: drawThumbnail,
    proportion: ({ width, height }) => toProportion(width, height),
    opensAs: 'image',
    plays: false,
  },
  audio: { draw: drawOutline, proportion: () => 1.8, opensAs: 'audio', plays: true },
  video: {
    draw: drawPoster,
    proportion: ({ width, height }) => toProportion(width, height),
    opensAs: 'video',
    plays: false,
  },
};

/** How a file of this kind is shown; one of no known kind as a photo is. */
export function looksOf({ kind = 'image' }: { readonly kind?: string }): Looks {
  return LOOKS[kind] ?? (LOOKS['image'] as Looks);
}

function drawThumbnail(into: HTMLElement, { id }: Photo): void {
  const image = document.createElement('img');
  image.alt = '';
  image.decoding = 'async';
  image.draggable = false;
  image.addEventListener('error', () => into.closest('.card')?.classList.add('broken'));
  image.src = toImageUrl(id, 'thumb');
  into.replaceChildren(image);
}

/** A frame of a video, or where the service cannot make an image of it, what the browser draws of its beginning. */
function drawPoster(into: HTMLElement, photo: Photo): void {
  drawThumbnail(into, photo);
  const image = into.firstElementChild as HTMLImageElement;
  image.addEventListener('error', () => {
    into.closest('.card')?.classList.remove('broken');
    const film = document.createElement('video');
    film.preload = 'metadata';
    film.muted = true;
    film.src = toImageUrl(photo.id);
    film.addEventListener('error', () => into.closest('.card')?.classList.add('broken'));
    into.replaceChildren(film);
  });
}

/** The outline of a sound, as bars from its middle line up and down. */
function drawOutline(into: HTMLElement, { outline = '' }: Photo): void {
  const levels = outline.match(/../g) ?? [];
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.classList.add('outline');
  drawing.setAttribute('viewBox', `0 0 ${Math.max(1, levels.length) * 3} 100`);
  drawing.setAttribute('preserveAspectRatio', 'none');
  drawing.setAttribute('aria-hidden', 'true');
  const bars = levels.map((digits, at) => {
    const height = Math.max(LEAST_HEIGHT, (parseInt(digits, 16) / 255) * 100);
    return `M${at * 3 + 1} ${50 - height / 2}v${height}`;
  });
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', bars.join(''));
  drawing.append(path);
  into.replaceChildren(drawing);
}

/** `0:07`, `2:30` */
export function toDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
