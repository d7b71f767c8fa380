import type { CatalogueEntry } from './catalogue.js';
import { formatBytes } from './hub/disk-space.js';
import { graphFile, modalitiesOf, placesOf } from './layouts.js';
import type { FilePrecision } from './layouts.js';
import { towersOf, wantedFromCatalogue } from './wanted-files.js';

/** The catalogue as Markdown, for docs/models.md: one row a model, and below it what each has to be known of. */
export function renderCatalogue(catalogue: readonly CatalogueEntry[]): string {
  const rows = catalogue.map((entry) => {
    const cells = [
      `\`${entry.name}\``,
      entry.repository === null ? 'shipped' : `\`${entry.repository}\` @ ${revisionCell(entry)}`,
      towersOf(entry).join(', '),
      String(entry.dimensions),
      String(entry.context),
      sizeCell(entry),
      isIn('fp16', entry) ? 'fp32, fp16, int8' : 'fp32, int8',
      entry.languages,
      entry.licence,
      entry.normalise ? 'yes' : 'no',
      entry.replaces === null ? '' : `\`${entry.replaces}\``,
      entry.ranOnRealWeights ? 'yes' : 'no',
      entry.choose,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const cautions = catalogue
    .filter(({ caution }) => caution !== undefined)
    .map(({ name, caution }) => `- \`${name}\`: ${caution}`);
  return [
    '| name | from | towers | dimensions | context | fp32 download | precisions | languages | licence | unit length | official tag it replaces | run on its weights here | choose it for |',
    '|---|---|---|--:|--:|--:|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...cautions,
  ].join('\n');
}

function revisionCell({ revision }: CatalogueEntry): string {
  return revision === null ? 'locked at first download' : `\`${revision.slice(0, 8)}\``;
}

/** The size of the fp32 weights, or that it is not known. Settings and tokenizers are left out: they are small. */
function sizeCell(entry: CatalogueEntry): string {
  if (entry.repository === null) return '0 B';
  const { graphs } = wantedFromCatalogue(entry, { modalities: towersOf(entry), precision: 'fp32' });
  const sizes = graphs.flatMap(({ bytes }) => bytes ?? []);
  return sizes.length < graphs.length ? 'not known' : formatBytes(sizes.reduce((sum, bytes) => sum + bytes, 0));
}

/** Whether a tower of the entry is published in the precision. */
function isIn(precision: FilePrecision, { files }: CatalogueEntry): boolean {
  const paths = files.map(({ path, to = path }) => to);
  return modalitiesOf().flatMap((modality) => placesOf(modality)).some((place) =>
    paths.includes(graphFile(place, precision)),
  );
}
