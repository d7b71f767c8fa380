// node scripts/release/notes.mjs TAG: what CHANGELOG.md says of the version that a tag names, if everything that has a version has
// that one.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const [tag = '', ...others] = process.argv.slice(2);
const { version } = JSON.parse(read('package.json'));
const chart = parse(read('deploy/helm/handspring/Chart.yaml'));
const [heading = '', ...lines] = read('CHANGELOG.md').split(/^## /m)[1].split('\n');

const wrong = [
  tag !== `v${version}` && `the tag: expected v${version}, as package.json has it, received ${tag || 'none'}`,
  others.length > 0 && `expected one tag, received ${others.length} more`,
  ...['version', 'appVersion'].map(
    (name) => chart[name] !== version && `Chart.yaml: expected ${name} ${version}, received ${chart[name]}`,
  ),
  !new RegExp(`^${version.replaceAll('.', '\\.')} — \\d{4}-\\d\\d-\\d\\d$`).test(heading) &&
    `CHANGELOG.md: expected its first section to be "${version} — " and the day of the release, received "${heading}"`,
].filter(Boolean);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exitCode = 1;
} else console.log(lines.join('\n').trim());
