// Asks the registry for known vulnerabilities of what the program runs with. Ends with 0 if there is none, 1 if there is
// one or the registry could not be asked, and 3 if it does not answer such questions at all, as many mirrors do not: that
// is no good news and no bad, and has a number of its own so that nobody takes it for either.
import { npm } from './npm.mjs';

const NOT_ANSWERED = 3;
/** Not found, method not allowed, not implemented: the registry has no such service. */
const NO_SUCH_SERVICE = [404, 405, 501];

const printed = npm('audit', '--omit=dev', '--json');
const report = parse(printed);
const counts = report?.metadata?.vulnerabilities;
if (counts && counts.total === 0) {
  console.log('no known vulnerability');
} else if (counts) {
  for (const { name, severity, range } of Object.values(report.vulnerabilities))
    console.error(`${severity}\t${name}\t${range}`);
  console.error(`${counts.total} packages with known vulnerabilities`);
  process.exitCode = 1;
} else if (NO_SUCH_SERVICE.includes(report?.statusCode)) {
  console.log(
    `NOT ANSWERED: the registry has no audit service (status ${report.statusCode}); ask one that has, with npm audit --omit=dev`,
  );
  process.exitCode = NOT_ANSWERED;
} else {
  console.error(`expected a report of npm audit, received: ${printed.slice(0, 2000)}`);
  process.exitCode = 1;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
