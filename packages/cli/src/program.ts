import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { doctor } from './commands/doctor.ts'
import { embed } from './commands/embed.ts'
import { evaluate } from './commands/evaluate.ts'
import { baselines } from './commands/evaluate-simclr.ts'
import { report } from './commands/report.ts'
import { resume } from './commands/resume.ts'
import { sample } from './commands/sample.ts'
import { score } from './commands/score.ts'
import { search } from './commands/search.ts'
import { trainClipCommand } from './commands/train-clip.ts'
import { trainEbmCommand } from './commands/train-ebm.ts'
import { trainSimclrCommand } from './commands/train-simclr.ts'
import { noiseKinds } from './ebm/config.ts'
import { type ExitCode, exitCode, explain } from './exit-code.ts'
import { names, numberIn, oneOfEach, threads, wholeNumber, wholeNumbers } from './options.ts'
import { packageVersions } from './package-versions.ts'
import { objectives, optimizers, recipes } from './simclr/config.ts'
import { probes } from './simclr/probe.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Runs `chiaro` with the arguments behind its name, and gives the process's exit code. Never throws. */
export async function runProgram(
  args: readonly string[],
  { terminal = processTerminal, signal }: { terminal?: (json: boolean) => Terminal; signal: AbortSignal },
): Promise<ExitCode> {
  const program = buildProgram(json => terminal(json), signal)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode.ok
  } catch (error) {
    // Commander has printed its own: the help that was asked for, or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
    const { code, line } = explain(error)
    terminal(false).note(line)
    return code
  }
}

function buildProgram(terminal: (json: boolean) => Terminal, signal: AbortSignal): Command {
  const program = new Command('chiaro')
    .description('Contrastive representation learning where your data is: train, evaluate, embed, search.')
    .version(packageVersions().chiaro)
    .showHelpAfterError('(chiaro --help, or chiaro <command> --help, says more)')
    // Commands made from here on inherit both: nothing ends the process, and all output goes to the terminal.
    .exitOverride()
    .configureOutput({
      writeOut: text => terminal(false).print(text.trimEnd()),
      writeErr: text => terminal(false).note(text.trimEnd()),
    })

  const train = program.command('train').description('train a model into a run folder')
  common(train.command('clip'))
    .description('CLIP from a CSV or TSV of pictures and captions')
    .requiredOption('--pairs <file>', 'CSV or TSV with a header and columns image, text')
    .option('--val-pairs <file>', 'pairs to validate on; the best checkpoint is kept')
    .option('--images <folder>', 'what picture paths are relative to (default: the folder of the pairs)')
    .requiredOption('--out <folder>', 'the run folder to make')
    .option('--image-column <name>', 'column of picture paths', 'image')
    .option('--text-column <name>', 'column of captions', 'text')
    .option('--weight-column <name>', 'column that says how often a row is drawn (default: all alike)')
    .option('--image-size <pixels>', 'pictures are brought to this square', wholeNumber(8), 32)
    .option('--widths <n,n,…>', 'channels of the convolutions, each of stride 2', wholeNumbers, [48, 96, 192])
    .option('--residual', 'residual stages instead of plain convolutions', false)
    .option('--image-mean <x>', 'subtracted from pixels (0…1)', numberIn(0, 1), 0.5)
    .option('--image-deviation <x>', 'pixels are divided by this', numberIn(1e-3, 10), 0.25)
    .option('--buckets <n>', 'ids that words and character trigrams are hashed into', wholeNumber(1), 8192)
    .option('--keyword-separator <text>', 'what stands between a caption’s title and its keywords')
    .option(
      '--keyword-weight <x>',
      'how much a keyword weighs beside a word of the title',
      numberIn(0, 100),
      0.5,
    )
    .option('--text-length <n>', 'the most different tokens of a text that count', wholeNumber(1), 136)
    .option('--embedding <n>', 'dimension of the embeddings', wholeNumber(1), 256)
    .option('--steps <n>', 'training steps', wholeNumber(1), 400)
    .option('--batch-size <n>', 'pairs a step', wholeNumber(2), 256)
    .option('--learning-rate <x>', 'peak of warm-up and cosine', numberIn(0, 10), 3e-3)
    .option('--text-learning-rate <x>', 'the text tower’s (default: the same)', numberIn(0, 10))
    .option('--warmup-steps <n>', 'steps of the linear rise', wholeNumber(0), 40)
    .option('--weight-decay <x>', 'decoupled, times the learning rate', numberIn(0, 100), 0.1)
    .option('--text-weight-decay <x>', 'the text tower’s (default: the same)', numberIn(0, 100))
    .option('--beta2 <x>', 'AdamW’s memory of squared gradients', numberIn(0, 0.999999), 0.98)
    .option(
      '--average-decay <x>',
      'of the weights’ moving average; 0 keeps none',
      numberIn(0, 0.999999),
      0.99,
    )
    .option('--logit-scale <x>', 'multiplier of cosines, at first', numberIn(1, 100), 1 / 0.07)
    .option('--fixed-logit-scale', 'keep the logit scale as it is', false)
    .addOption(
      new Option('--augment <kind>', 'views of the pictures').choices(['light', 'none']).default('light'),
    )
    .option('--validate-every <n>', 'steps between validations', wholeNumber(1), 100)
    .option('--checkpoint-every <n>', 'steps between checkpoints', wholeNumber(1), 100)
    .action(options => trainClipCommand(options, terminal(options.json), signal))

  common(train.command('ebm'))
    .description('a density of the rows of a table, by noise-contrastive estimation')
    .requiredOption('--table <file>', 'CSV, TSV (with a header) or Parquet')
    .requiredOption('--out <folder>', 'the run folder to make')
    .option('--columns <names>', 'the columns to model, comma between them (default: all)', names)
    .option('--categorical <names>', 'columns of categories, also where they look like numbers', names)
    .option('--impute', 'give missing cells their column’s median or mode (default: an error)', false)
    .addOption(
      new Option('--noise <kind>', 'what data are told from, fitted to them')
        .choices(noiseKinds)
        .default('mixture'),
    )
    .option('--noise-scale <x>', 'how much wider than the data the noise is', numberIn(1, 100), 1.2)
    .option('--noise-ratio <n>', 'ν, noise rows per data row', wholeNumber(1), 4)
    .option('--widths <n,n,…>', 'hidden layers of the network', wholeNumbers, [128, 128])
    .option('--steps <n>', 'training steps', wholeNumber(1), 2000)
    .option('--batch-size <n>', 'data rows a step', wholeNumber(1), 256)
    .option('--learning-rate <x>', 'peak of warm-up and cosine', numberIn(0, 10), 2e-3)
    .option('--warmup-steps <n>', 'steps of the linear rise', wholeNumber(0), 50)
    .option('--weight-decay <x>', 'decoupled, times the learning rate', numberIn(0, 100), 1e-2)
    .option('--jitter <x>', 'noise added to training rows, in deviations of the column', numberIn(0, 10), 0)
    .option('--validation-share <x>', 'rows that choose the best checkpoint', numberIn(0, 0.4), 0.1)
    .option('--held-out-share <x>', 'rows that only the report sees', numberIn(0, 0.4), 0.1)
    .option('--validate-every <n>', 'steps between validations', wholeNumber(1), 100)
    .option('--checkpoint-every <n>', 'steps between checkpoints', wholeNumber(1), 100)
    .action(options => trainEbmCommand(options, terminal(options.json), signal))

  common(train.command('simclr'))
    .description('an encoder of unlabelled pictures, by SimCLR or MoCo')
    .requiredOption('--images <source>', 'a folder, idx:FILE(.gz) or wds:SHARDS-{000..009}.tar')
    .requiredOption('--out <folder>', 'the run folder to make')
    .option(
      '--image-size <pixels>',
      'pictures are brought to this square (IDX: as they are)',
      wholeNumber(8),
      32,
    )
    .option('--grey', 'one channel instead of three (IDX: as they are)', false)
    .option('--epochs <n>', 'times every picture is seen (default: 20)', wholeNumber(1))
    .option('--steps <n>', 'training steps, instead of epochs', wholeNumber(1))
    .option('--batch-size <n>', 'pictures a step, in two views each', wholeNumber(2), 256)
    .addOption(new Option('--encoder <kind>', 'the net').choices(['conv', 'residual']).default('conv'))
    .option('--widths <n,n,…>', 'its channels, stage by stage', wholeNumbers, [32, 64, 128])
    .option('--grid <n>', 'windows a side that the last feature map is averaged over', wholeNumber(1), 2)
    .option('--image-mean <x>', 'subtracted from pixels (0…1)', numberIn(0, 1), 0.5)
    .option('--image-deviation <x>', 'pixels are divided by this', numberIn(1e-3, 10), 0.25)
    .option('--head-hidden <n>', 'units of the head’s hidden layers', wholeNumber(1), 256)
    .option('--head-output <n>', 'dimension that the loss sees', wholeNumber(1), 64)
    .option('--head-layers <n>', 'linear layers of the head', wholeNumber(1), 2)
    .addOption(new Option('--objective <name>', 'the loss').choices(objectives).default('nt-xent'))
    .option('--temperature <x>', 'cosines are divided by this', numberIn(1e-3, 10), 0.2)
    .option('--queue <n>', 'keys that MoCo’s queue holds', wholeNumber(1), 4096)
    .option('--momentum <x>', 'how slowly MoCo’s second encoder follows', numberIn(0, 0.999999), 0.999)
    .addOption(new Option('--recipe <name>', 'how views are drawn').choices(recipes).default('simclr'))
    .option(
      '--least-crop <x>',
      'the least share of a picture that a crop has (default: the recipe’s, simclr 0.08, moco-v2 0.2)',
      numberIn(0.01, 1),
    )
    .option(
      '--strength <x>',
      'of SimCLR’s colour jitter; 1 is the paper’s for photographs',
      numberIn(0, 2.5),
      0.5,
    )
    .option(
      '--blur <x>',
      'probability of SimCLR’s blur; 0.5 is the paper’s for photographs',
      numberIn(0, 1),
      0,
    )
    .option('--greyscale <x>', 'probability of SimCLR’s greyscale', numberIn(0, 1), 0.2)
    .addOption(
      new Option('--optimizer <name>', 'what updates the weights').choices(optimizers).default('adamw'),
    )
    .option(
      '--learning-rate <x>',
      'peak of warm-up and cosine (default: adamw 0.001, lars 0.3 and sgd 0.03 for each 256 pictures)',
      numberIn(0, 100),
    )
    .option('--warmup-steps <n>', 'steps of the linear rise (default: a twentieth)', wholeNumber(0))
    .option('--weight-decay <x>', 'times the learning rate', numberIn(0, 100), 1e-4)
    .option('--checkpoint-every <n>', 'steps between checkpoints', wholeNumber(1), 100)
    .action(options => trainSimclrCommand(options, terminal(options.json), signal))

  common(program.command('resume <run>'))
    .description('go on where a run stopped')
    .action((run, options) => resume(run, options, terminal(options.json), signal))

  checkpoint(common(program.command('evaluate <run>')))
    .description(
      'a CLIP run: retrieval recall, both ways; a SimCLR run: probes of its encoder beside baselines',
    )
    .optionsGroup('Of a CLIP run:')
    .option('--pairs <file>', 'the pairs to ask about')
    .option(
      '--candidates <file>',
      'pairs to tell them from, holding them too (default: the pairs themselves)',
    )
    .option(
      '--images <source>',
      'what picture paths are relative to (default: the folder of the pairs); of a SimCLR run, labelled pictures',
    )
    .option('--image-column <name>', 'column of picture paths', 'image')
    .option('--text-column <name>', 'column of captions', 'text')
    .optionsGroup('Of a SimCLR run:')
    .option('--labels <source>', 'idx:FILE of the classes (default: sub-folders, or .cls in shards)')
    .option('--test-images <source>', 'pictures that probes are asked about')
    .option('--test-labels <source>', 'their classes')
    .option('--probe <kinds>', 'linear, knn or both', oneOfEach(probes), ['linear', 'knn'])
    .option('--probe-labels <n>', 'only so many labels, the same number of each class', wholeNumber(1))
    .option('--probe-draws <n>', 'draws of these labels', wholeNumber(2), 10)
    .option('--probe-c <x>', 'scikit-learn’s C of the linear probe', numberIn(1e-9, 1e9), 1)
    .option('--neighbours <n>', 'k of the nearest neighbours', wholeNumber(1), 200)
    .option('--neighbour-temperature <x>', 'τ of their votes', numberIn(1e-3, 10), 0.07)
    .option('--baseline <kinds>', 'untrained, pixels or both', oneOfEach(baselines), [])
    .action((run, options) => evaluate(run, options, terminal(options.json), signal))

  checkpoint(common(program.command('embed <run>')))
    .description('unit embeddings of pictures or texts, into a .parquet or .npy file')
    .option('--images <source>', 'embed these: a folder, or of a SimCLR run also idx:FILE or wds:SHARDS')
    .option('--text <texts...>', 'embed these texts, by a CLIP run')
    .requiredOption('--out <file>', 'where to: .parquet or .npy')
    .action((run, options) => embed(run, options, terminal(options.json), signal))

  checkpoint(common(program.command('search <run>')))
    .description('the pictures nearest to a text (CLIP) or to a picture')
    .option('--text <text>', 'what to look for, by a CLIP run')
    .option('--image <file>', 'a picture to look for others like')
    .option('--images <source>', 'search these (default: the pictures of the training)')
    .option('--embeddings <file>', 'search embeddings that chiaro embed wrote, of any number')
    .option('--top <n>', 'how many', wholeNumber(1), 5)
    .action((run, options) => search(run, options, terminal(options.json), signal))

  checkpoint(common(program.command('score <run>')))
    .description('log-densities and anomaly ranks of a table’s rows, by an energy-model run')
    .requiredOption('--table <file>', 'CSV, TSV or Parquet with the columns of the run')
    .requiredOption('--out <file>', 'where to: .csv, .tsv or .parquet')
    .action((run, options) => score(run, options, terminal(options.json)))

  checkpoint(common(program.command('sample <run>')))
    .description('new rows drawn from an energy-model run')
    .option('-n, --count <n>', 'how many', wholeNumber(1), 1000)
    .requiredOption('--out <file>', 'where to: .csv, .tsv or .parquet')
    .option('--steps <n>', 'Langevin steps after resampling from the noise', wholeNumber(0), 100)
    .action((run, options) => sample(run, options, terminal(options.json), signal))

  common(program.command('report <run>'))
    .description('a run as one HTML file: loss curve, and of a SimCLR run a map of embeddings and neighbours')
    .option('--images <source>', 'pictures to show (default: those of the training)')
    .option('--labels <source>', 'idx:FILE of their classes, which colour the map')
    .option('--pictures <n>', 'how many the map shows, drawn by the seed', wholeNumber(3), 1000)
    .option('--out <file>', 'where to (default: report.html in the run folder)')
    .action((run, options) => report(run, options, terminal(options.json), signal))

  common(program.command('doctor'))
    .description('which backend runs here and why, and whose kernels and gradients')
    .action(options => doctor(options, terminal(options.json)))

  return program
}

function common(command: Command): Command {
  const names = ['auto', 'wasm', 'cpu', 'webgl', 'webgpu']
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices(names).default('auto'))
    .option('--seed <n>', 'the same seed gives the same numbers', wholeNumber(0), 0)
    .option('--threads <n>', 'threads of the kernels; auto: the cores available', threads, 'auto')
    .option('--json', 'print one JSON object on stdout, everything else on stderr', false)
}

function checkpoint(command: Command): Command {
  return command.option('--checkpoint <which>', 'best or latest (default: best where there is one)', text => {
    if (text === 'best' || text === 'latest') return text
    throw new InvalidArgumentError('It must be best or latest.')
  })
}
