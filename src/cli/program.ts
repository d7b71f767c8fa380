import { Argument, Command, Option } from 'commander';
import { action, asUser, command } from './command-line.js';
import { keysCommand } from './keys-command.js';
import { VERSION } from '../core/version.js';

// Each command's code is loaded when it is run, so that `--help` and one command do not pay for the others.

const serve = command('serve', 'serve', "The service: Weaviate's multi2vec-clip contract over HTTP");
action(serve, 'serve', {}, async (config, log) => (await import('./commands/serve.js')).serve(config, log));

const demo = command(
  'demo',
  'demo',
  'The service and a search page on one port, over a folder of photos or the samples; or the page alone, over a Weaviate',
).argument('[folder]', 'the photos to search; without it the samples that come with the program');
// What the page makes of a folder goes nowhere else, so photos may be read as they are looked at.
const ofDemo = { host: '127.0.0.1', autoOrient: 'on' };
action(demo, 'demo', ofDemo, async (config, log, folder: string | undefined) =>
  (await import('./commands/demo.js')).demo(folder, config, log),
);

const doctor = command(
  'doctor',
  'doctor',
  'What of this deployment will not work: model, cores, memory, port, keys, traces, Weaviate; and what to change',
);
action(doctor, 'doctor', { logLevel: 'warn' }, async (config) =>
  (await import('./commands/doctor.js')).doctor(config, (line) => void process.stdout.write(`${line}\n`)),
);

const evaluate = command(
  'evaluate',
  'evaluate',
  'How well a model finds your own captioned photos or sounds',
);
action(evaluate, 'evaluate', { logLevel: 'warn' }, async (config, log) =>
  config.compare === ''
    ? (await import('./commands/evaluate.js')).evaluate(config, log)
    : (await import('./commands/evaluate-compare.js')).evaluateCompare(config, log),
);

const importPhotos = command(
  'import',
  'import',
  'Photos of folders and files into a Weaviate collection',
).argument('<paths...>', 'Folders and files');
action(importPhotos, 'import', { logLevel: 'warn' }, async (config, _log, paths: string[]) =>
  (await import('./commands/import.js')).importFromConfig(paths, config),
);

const embed = command(
  'embed',
  'embed',
  'Vectors of photos in files and folders, of texts, or of what standard input asks line by line',
).argument('[paths...]', 'Files and folders; - for requests as lines of JSON on standard input');
action(embed, 'embed', { logLevel: 'warn' }, async (config, log, paths: string[]) =>
  (await import('./commands/embed.js')).embed(paths, config, log),
);

const bench = command(
  'bench',
  'bench',
  'What each tower of a model gives on this machine by batch size, and the settings that follow',
).option('--tune', 'try several encoders side by side too; each has its own memory');
action(bench, 'bench', { logLevel: 'warn' }, async (config, log) =>
  (await import('./commands/bench.js')).bench(bench.opts<{ tune?: true }>().tune === true, config, log),
);

await asUser(new Command('handspring'))
  .description('Images, texts and sounds as vectors of one shared space, on ordinary CPUs')
  .version(VERSION, '-v, --version', 'Show the version')
  .helpOption('-h, --help', 'Show this help')
  .addCommand(serve)
  .addCommand(demo)
  .addCommand(importPhotos)
  .addCommand(embed)
  .addCommand(evaluate)
  .addCommand(doctor)
  .addCommand(bench)
  .addCommand(keysCommand())
  .addCommand(modelsCommand())
  .parseAsync();

function modelsCommand(): Command {
  const models = asUser(new Command('models')).description(
    'The models known by name: list, fetch, check, find; and making one of a checkpoint',
  );
  const list = command('list', 'models', 'Every model of the catalogue, and which lie in the cache');
  action(list, 'models', { logLevel: 'warn' }, async (config) =>
    (await import('./commands/models-cli.js')).list(config),
  );
  models.addCommand(list);
  const withName = [
    ['pull', 'Fetch what is missing of a model; prints its folder'],
    [
      'optimize',
      'Make the rewritten graphs that OPTIMIZE=on uses, and with --precision int8 the int8 files; prints where and how near',
    ],
    ['path', 'Print the folder of a complete copy; never touches the network'],
    ['verify', "Read a model's files through and compare them with what was accepted; or compare vectors"],
  ] as const;
  for (const [name, summary] of withName) {
    const without = name === 'optimize' ? (['optimize'] as const) : [];
    const built = command(name, 'models', summary, without).argument(
      '<model>',
      'a name, owner/name@revision, or a folder',
    );
    if (name === 'verify') {
      built.option('--against <path>', 'compare vectors with those of this JSON file, or of this folder');
    }
    action(
      built,
      'models',
      { logLevel: name === 'optimize' ? 'info' : 'warn' },
      async (config, log, model: string) =>
        (await import('./commands/models-cli.js'))[name](
          model,
          config,
          log,
          built.opts<{ against?: string }>().against,
        ),
    );
    models.addCommand(built);
  }
  models.addCommand(convertCommand());
  return models;
}

function convertCommand(): Command {
  const convert = command('convert', 'convert', 'A model folder from a checkpoint that you have downloaded')
    .addArgument(new Argument('<kind>', 'whose checkpoint it is').choices(['imagebind']))
    .argument('<checkpoint>', 'the file, such as imagebind_huge.pth')
    .requiredOption('--out <folder>', 'the folder to make; there must be none yet, or an empty one')
    .option('--accept-licence', "that you have read the weights' licence, and keep to it")
    .addOption(
      new Option(
        '--clips <whose>',
        "which part of a sound is heard, and how motion is read: Weaviate's container's way, or Meta's",
      )
        .choices(['weaviate', 'meta'])
        .default('weaviate'),
    )
    .option('--heads <list>', "heads of towers that are not imagebind_huge's, such as vision=16,text=16");
  action(convert, 'convert', { logLevel: 'warn' }, async (_config, _log, _kind: string, checkpoint: string) =>
    (await import('./commands/models-cli.js')).convert(checkpoint, convert.opts()),
  );
  return convert;
}
