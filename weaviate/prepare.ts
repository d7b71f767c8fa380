import { chooseRuntime } from './server.js';

/**
 * Makes sure that a Weaviate can be started, before tests with time limits ask for one: the first build of the server
 * takes minutes. With `WEAVIATE_URL` there is nothing to start.
 */
if (process.env['WEAVIATE_URL'] === undefined) {
  await chooseRuntime(process.env, (line) => process.stderr.write(`${line}\n`));
}
