import type { Photo } from './listing.js';
import { need } from './need.js';
import { looksOf, toDuration } from './pictures.js';
import { player, showPlaying } from './player.js';

export interface CardBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One photo of the grid: the whole photo, with its name and score on hover and focus; a sound with its outline, a video with a frame of it. */
export class Card {
  readonly element: HTMLLIElement;
  readonly id: string;

  constructor(template: HTMLTemplateElement, photo: Photo) {
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.element = need('.card', HTMLLIElement, copy);
    this.id = photo.id;
    this.element.dataset['id'] = photo.id;
    const looks = looksOf(photo);
    looks.draw(need('.picture', HTMLElement, this.element), photo);
    const play = need('.play', HTMLButtonElement, this.element);
    if (!looks.plays) play.remove();
    this.element.classList.toggle('sound', looks.opensAs === 'audio');
    this.element.classList.toggle('film', looks.opensAs === 'video');
  }

  fill(photo: Photo, index: number, total: number): void {
    const name = photo.name.split('/').at(-1) ?? photo.name;
    const score = 'score' in photo ? photo.score.toFixed(3) : '';
    need('.name', HTMLElement, this.element).textContent = name;
    need('.score', HTMLElement, this.element).textContent = score;
    need('.score-word', HTMLElement, this.element).hidden = score === '';
    need('.open', HTMLButtonElement, this.element).title = photo.name;
    need('.like', HTMLButtonElement, this.element).setAttribute('aria-label', `More like this: ${name}`);
    const { seconds } = photo;
    need('.duration', HTMLElement, this.element).textContent =
      seconds === undefined ? '' : toDuration(seconds);
    this.element.querySelector('.play')?.setAttribute('aria-label', `Play ${name}`);
    showPlaying(this.element, player.isPlaying(photo.id));
    this.element.setAttribute('aria-posinset', String(index + 1));
    this.element.setAttribute('aria-setsize', String(total));
  }

  /** Moves by a transform, which no browser counts as a jump of the page. */
  place({ left, top, width, height }: CardBox): void {
    const { style } = this.element;
    style.transform = `translate(${left}px, ${top}px)`;
    style.width = `${width}px`;
    style.height = `${height}px`;
  }

  /** As wide as its picture is at the height that it has anyway. */
  keepShape(photo: Photo): void {
    this.element.style.aspectRatio = String(looksOf(photo).proportion(photo));
  }

  set tabStop(wanted: boolean) {
    for (const button of this.element.querySelectorAll('button')) button.tabIndex = wanted ? 0 : -1;
  }

  focus(): void {
    need('.open', HTMLButtonElement, this.element).focus({ preventScroll: true });
  }

  /** Takes it off the page; a photo that is still on its way is not waited for. */
  remove(): void {
    this.element.remove();
    const image = this.element.querySelector('img');
    if (image?.complete === false) image.removeAttribute('src');
  }
}

export function toCardId(target: EventTarget | null): string | undefined {
  const card = target instanceof Element ? target.closest<HTMLLIElement>('.card') : null;
  return card?.dataset['id'];
}
