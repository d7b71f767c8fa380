import type { Rate } from '../access/rate.js';
import type { ServedModel } from '../contracts/contract.js';
import { html } from './html.js';
import type { Html } from './html.js';

/** What is told to whoever has nothing but the address. */
export interface WelcomeParts {
  /** The operator's own words, such as how to get a key: paragraphs with empty lines between. */
  readonly notice: string;
  readonly asksForKeys: boolean;
  /** The limits of callers that have none of their own. */
  readonly rate?: Rate | undefined;
  readonly quota?: Rate | undefined;
  readonly maxItems: number;
  readonly maxTexts: number;
  readonly maxBodyBytes: number;
}

interface WelcomeOptions extends WelcomeParts {
  readonly css: string;
  readonly model: ServedModel | undefined;
}

/** A page of HTML, which needs nothing but itself. */
export function renderWelcome({ css, model, notice, asksForKeys, ...limits }: WelcomeOptions): string {
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handspring</title>
<style>`;
  const body = html`</style>
</head>
<body>
<header>
<h1>Handspring</h1>
<p>This service turns ${model ? kindsOf(model) : 'images and texts'} into vectors of one space, so that things can be found by words.
${model ? html`The model is <code>${model.name}</code>; a vector has ${model.dimensions} numbers.` : 'The model is being loaded.'}</p>
<p><a href="/docs">The API, with examples to copy</a></p>
</header>
<main>
${paragraphsOf(notice)}<section>
<h2>Keys</h2>
<p>${
    asksForKeys
      ? html`It asks for a key: send it as <code>Authorization: Bearer KEY</code>. With it,
          <a href="/v1/usage">/v1/usage</a> tells what you have used and have left.`
      : 'It asks for no key.'
  }</p>
</section>
<section>
<h2>Limits</h2>
<ul>
${limitsOf(limits)}</ul>
</section>
</main>
</body>
</html>
`;
  return head.text + css + body.text;
}

const NAMES: Readonly<Record<string, string>> = {
  text: 'texts',
  image: 'images',
  audio: 'sounds',
  video: 'videos',
  depth: 'depth images',
  thermal: 'thermal images',
  imu: 'motion',
};

function kindsOf({ modalities }: ServedModel): string {
  const names = modalities.map((modality) => NAMES[modality] ?? modality);
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}

function limitsOf({
  rate,
  quota,
  maxItems,
  maxTexts,
  maxBodyBytes,
}: Omit<WelcomeParts, 'notice' | 'asksForKeys'>): Html[] {
  const own = '; a key may have others';
  return [
    ...[rate, quota].flatMap((limit) => (limit ? [`${limit.items} items in ${timeOf(limit)}${own}`] : [])),
    `${maxItems} items in a request, of texts alone ${maxTexts} where the API counts them apart`,
    `${Math.floor(maxBodyBytes / 2 ** 20)} MiB in a request`,
  ].map((line) => html`<li>${line}</li> `);
}

const TIMES: Readonly<Record<number, string>> = {
  1: 'a second',
  60: 'a minute',
  3600: 'an hour',
  86_400: 'a day',
};

const timeOf = ({ seconds }: Rate) => TIMES[seconds] ?? `${seconds} seconds`;

/** What looks like an address of a page or of mail, without the full stop behind it. */
const ADDRESS = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;

/** The operator's words, whose addresses are links. */
function paragraphsOf(notice: string): Html[] {
  return notice
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => html`<p>${linked(paragraph)}</p> `);
}

function linked(text: string): Html[] {
  return text.split(ADDRESS).map((part, at) => {
    if (at % 2 === 0) return html`${part}`;
    return html`<a href="${part.includes('://') ? part : `mailto:${part}`}">${part}</a>`;
  });
}
