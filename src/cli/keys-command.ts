import { Command, Option } from 'commander';
import { action, asUser, command } from './command-line.js';
import type { AddFlags, KeysFlags, RotateFlags } from './commands/keys.js';
import type { CommandIo } from './commands/models.js';

const io: CommandIo = {
  out: (line) => void process.stdout.write(`${line}\n`),
  progress: process.stderr,
};

/** `handspring keys …`: who may call a service that reads the file. */
export function keysCommand(): Command {
  const keys = asUser(new Command('keys')).description(
    'Who may call: the keys of KEYS_FILE, which a running service reads again when they change',
  );
  const add = one('add', 'A key for a caller; prints its token, of which the file keeps the hash alone')
    .argument('<name>', 'what metrics, logs and these commands call its holder')
    .option('--rate <N/m>', 'items in a second, minute, hour or day (s, m, h, d), in place of RATE_LIMIT')
    .option('--quota <N/d>', 'the same, in place of QUOTA')
    .option('--weight <number>', 'its share beside others while all ask for more, 0.01 to 100; without it 1')
    .option('--expires <time>', 'until when it lets in: 90d, 12h, or 2027-01-31; without it for ever')
    .option('--note <text>', 'who that is, for people who list the keys');
  action(add, 'keys', QUIET, async (_config, _log, name: string) =>
    (await commands()).runKeysAdd(name, add.opts<AddFlags>(), io),
  );
  const list = one('list', 'Names, limits, times and notes; no secrets');
  action(list, 'keys', QUIET, async () => (await commands()).runKeysList(list.opts<KeysFlags>(), io));
  const rotate = one('rotate', 'Another token for a key; prints it')
    .argument('<name>')
    .option('--grace <time>', 'until when the token from before lets in too, such as 1d; without it no more');
  action(rotate, 'keys', QUIET, async (_config, _log, name: string) =>
    (await commands()).runKeysRotate(name, rotate.opts<RotateFlags>(), io),
  );
  const revoke = one('revoke', 'Takes a key out: within a second it lets nobody in').argument('<name>');
  action(revoke, 'keys', QUIET, async (_config, _log, name: string) =>
    (await commands()).runKeysRevoke(name, revoke.opts<KeysFlags>(), io),
  );
  for (const each of [add, list, rotate, revoke]) keys.addCommand(each);
  return keys;
}

const QUIET = { logLevel: 'warn' };

const commands = () => import('./commands/keys.js');

function one(name: string, summary: string): Command {
  return command(name, 'keys', summary)
    .addOption(new Option('--keys-file <file>', 'the file; keys add makes it').env('KEYS_FILE'))
    .option('--json', 'print JSON');
}
