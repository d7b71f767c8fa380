// A hub that hands out the model in /model as slowly as a thin line does: all of it in SECONDS. Runs in a container beside the
// compose file's, so it has nothing but Node.js.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = '/model';
const COMMIT = 'a'.repeat(40);
const PIECES_A_SECOND = 4;
const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.parentPath.includes('/build'))
  .map((entry) => `${entry.parentPath}/${entry.name}`.slice(FOLDER.length + 1));
const total = files.reduce((sum, name) => sum + statSync(`${FOLDER}/${name}`).size, 0);
const pieceBytes = Math.ceil(total / (Number(process.env.SECONDS) * PIECES_A_SECOND));

createServer(async (request, response) => {
  const [, name] = /\/resolve\/\w+\/(.+)$/.exec(request.url) ?? [];
  if (request.url.startsWith('/api/models/')) {
    const siblings = files.map((rfilename) => ({ rfilename }));
    return response.end(JSON.stringify({ sha: COMMIT, siblings }));
  }
  response.setHeader('x-repo-commit', COMMIT);
  if (!files.includes(name)) return response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  const { size } = statSync(`${FOLDER}/${name}`);
  response.setHeader('content-length', size);
  response.setHeader('etag', `"${gitHashOf(readFileSync(`${FOLDER}/${name}`))}"`);
  if (request.method === 'HEAD') return response.end();
  for await (const piece of createReadStream(`${FOLDER}/${name}`, { highWaterMark: pieceBytes })) {
    response.write(piece);
    await sleep(1000 / PIECES_A_SECOND);
  }
  response.end();
}).listen(80);

/** What a hub tells of a file that it keeps in Git. */
function gitHashOf(content) {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
