#!/usr/bin/env node
import { Command, Option as Flag } from 'commander';
import { ConfigError, OPTIONS, loadConfig } from './config.js';
import type { CommandName, Config, Option, OptionName } from './config.js';
import { createLog } from './log.js';
import { VERSION } from './version.js';

const OPTION_ROWS = Object.entries(OPTIONS) as [OptionName, Option<unknown>][];

/** A command with every option of the table that it takes, in the help and from the environment. */
function command(name: CommandName, summary: string): Command {
  const built = new Command(name).description(summary);
  for (const [, row] of OPTION_ROWS) {
    if (!row.commands.includes(name)) continue;
    built.addOption(toFlag(row));
  }
  return built
    .helpOption('-h, --help', 'Show this help')
    .showHelpAfterError(`(handspring ${name} --help lists the options)`);
}

function toFlag({ flag, placeholder, doc, env, fallback, isSwitch, repeatable }: Option<unknown>): Flag {
  const text = `${doc} (env ${env}${fallback ? `, default ${fallback}` : ''})`;
  const built = new Flag(isSwitch ? flag : `${flag} <${placeholder}>`, text);
  if (isSwitch) built.preset('on');
  if (repeatable) {
    built.argParser((value: string, before?: string) =>
      before === undefined ? value : `${before}\n${value}`,
    );
  }
  return built;
}

/** The options' values, or the list of all that is wrong with them and exit code 2. */
function readConfig(built: Command, defaults: Partial<Record<OptionName, string>> = {}): Config {
  const given = built.opts<Record<string, string | undefined>>();
  const flags: Partial<Record<OptionName, string>> = {};
  for (const [name, row] of OPTION_ROWS) {
    const text = given[new Flag(`${row.flag} <x>`).attributeName()];
    if (text !== undefined) flags[name] = text;
  }
  try {
    return loadConfig(built.name() as CommandName, { flags, env: process.env, defaults });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.problems.join('\n')}\n`);
    process.exit(2);
  }
}

/** Runs a command's work; an error that ends it is plain lines, with the stack at log level debug only. */
async function run(
  config: Config,
  work: (log: ReturnType<typeof createLog>) => Promise<number>,
): Promise<void> {
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  try {
    process.exitCode = await work(log);
  } catch (error) {
    log.debug({ err: error }, 'failed');
    process.stderr.write(`handspring: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
  log.flush();
  process.exit();
}

const serveCommand = command('serve', "The service: Weaviate's multi2vec-clip contract over HTTP");
serveCommand.action(async () => {
  const config = readConfig(serveCommand);
  const { serve } = await import('./commands/serve.js');
  await run(config, (log) => serve(config, log));
});

const demoCommand = command(
  'demo',
  'The service and a search page on one port, over a folder of photos or the samples',
);
demoCommand.argument('[folder]', 'the photos to search; without it the samples that come with the program');
demoCommand.action(async (folder: string | undefined) => {
  const config = readConfig(demoCommand, { host: '127.0.0.1' });
  const { demo } = await import('./commands/demo.js');
  await run(config, (log) => demo(folder, config, log));
});

const evaluateCommand = command(
  'evaluate',
  'Recall of a model on your own captioned photos, text to image and back',
);
evaluateCommand.action(async () => {
  const config = readConfig(evaluateCommand, { logLevel: 'warn' });
  const { evaluate } = await import('./commands/evaluate.js');
  await run(config, (log) => evaluate(config, log));
});

const importCommand = command('import', 'Photos of folders and files into a Weaviate collection');
importCommand.argument('<paths...>', 'Folders and files');
importCommand.action(async (paths: string[]) => {
  const config = readConfig(importCommand, { logLevel: 'warn' });
  const { importFromConfig } = await import('./commands/import.js');
  await run(config, () => importFromConfig(paths, config));
});

await new Command('handspring')
  .description('Images and texts as vectors of one shared space, on ordinary CPUs')
  .version(VERSION, '-v, --version', 'Show the version')
  .helpOption('-h, --help', 'Show this help')
  .addCommand(serveCommand)
  .addCommand(demoCommand)
  .addCommand(evaluateCommand)
  .addCommand(importCommand)
  .parseAsync();
