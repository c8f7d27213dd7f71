import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { conflictError, disposeModel } from '@chiaro/core'
import { type Embeddings, writeEmbeddings } from '@chiaro/data/node'
import { featuresOf, type TaskModel } from '@chiaro/tasks'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { type CellFlags, cellFlags } from '../data/table-source.ts'
import { openTextsFor, type TextColumns } from '../data/text-source.ts'
import {
  type CacheOption,
  checkpointFlag,
  commonFlags,
  flagName,
  pictureFlags,
  type SkipBadOption,
} from '../flags.ts'
import { openGallery } from '../gallery.ts'
import { untilAborted } from '../interruption.ts'
import { sayLeftOut, skippedIn } from '../left-out.ts'
import { abilityOf, type CheckpointOption, openTrained, readTaskRun, type TaskRun } from '../open-run.ts'
import { type CommonOptions, wholeNumber } from '../options.ts'
import { showProgress } from '../progress.ts'
import { openRowGallery } from '../row-gallery.ts'
import { embedShards, type ShardOptions } from '../shards/embed-shards.ts'
import { printShards } from '../shards/shard-table.ts'
import { shareFlag } from '../shards/share.ts'
import { embeddedTexts } from '../text-gallery.ts'
import { unitRows, zeroRows } from '../unit-rows.ts'

interface EmbedOptions
  extends CommonOptions,
    CheckpointOption,
    SkipBadOption,
    CacheOption,
    CellFlags,
    TextColumns,
    Pick<ShardOptions, 'shard' | 'tasks'> {
  readonly images?: string
  readonly text?: readonly string[]
  readonly table?: string
  readonly texts?: string
  readonly out: string
  /** Undefined where it is not given. */
  readonly shardSize?: number
  readonly status?: boolean
}

/** Pictures of a folder that make one file where --out is a folder. */
const defaultShardSize = 10_000

export function addEmbed(program: Command, contextOf: ContextOf): void {
  cellFlags(pictureFlags(checkpointFlag(commonFlags(program.command('embed <run>')))))
    .description(
      'unit embeddings of pictures, texts or rows, into a .parquet or .npy file; or into a folder, by shards',
    )
    .option('--images <source>', 'embed these: a folder, idx:FILE or wds:SHARDS')
    .option('--text <texts...>', 'embed these texts, by a run that knows texts')
    .option('--table <file>', 'embed its rows, by a run over a table')
    .option('--texts <file>', 'embed its sentences, by a run that knows texts')
    .option('--text-column <name>', 'its column of sentences (default: text)')
    .requiredOption(
      '--out <file>',
      'where to: .parquet or .npy, or a folder for a .parquet file a shard of pictures',
    )
    .optionsGroup('Where --out is a folder:')
    .option('--shard <i/n>', 'which of n tasks this is (default: by Slurm, Kubernetes or MPI)', shareFlag)
    .option('--tasks <n>', 'how many tasks there are, for an indexed job of Kubernetes', wholeNumber(1))
    .option(
      '--shard-size <n>',
      `pictures of a folder that make a shard (default: ${defaultShardSize})`,
      wholeNumber(1),
    )
    .option('--status', 'embed nothing, and list the shards that are whole and missing')
    .action((folder: string, options: EmbedOptions) => {
      const context = contextOf(options)
      if (isFolder(options)) return embedByShards(folder, options, context)
      return untilAborted(context.signal, embed(folder, options, context))
    })
}

/** Whether --out is a folder: there is one, or its name ends as one, or has no extension. */
function isFolder(options: EmbedOptions): boolean {
  const { out } = options
  if (/[/\\]$/.test(out) || statSync(out, { throwIfNoEntry: false })?.isDirectory()) return true
  const flag = (['shard', 'tasks', 'shardSize', 'status'] as const).find(name => options[name] !== undefined)
  if (extname(out) === '') return true
  if (flag === undefined) return false
  throw conflictError('embed', flagName(flag), `--out must be a folder with it, got ${out}`)
}

/** `chiaro embed` into a folder: this task's share of the shards, each a file of its own. */
async function embedByShards(folder: string, options: EmbedOptions, context: CommandContext): Promise<void> {
  const { images, out, cache, status, shardSize = defaultShardSize } = options
  const run = await readTaskRun(folder)
  if (asked(run, options) !== 'images' || images === undefined) {
    throw conflictError(
      'embed',
      '--out',
      `shards are of --images alone: --out must be .parquet or .npy, got ${out}`,
    )
  }
  if (cache !== undefined) {
    throw conflictError('embed', '--cache', 'shards are decoded once: --out must be .parquet or .npy with it')
  }
  const sharded = { ...options, images, shardSize }
  if (status) return printShards(run, sharded, context)
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    await embedShards(run, model, sharded, context)
  } finally {
    disposeModel(model)
  }
}

/** `chiaro embed`: unit embeddings of pictures, texts or rows, into a Parquet or .npy file. */
async function embed(folder: string, options: EmbedOptions, context: CommandContext): Promise<void> {
  const { out } = options
  const run = await readTaskRun(folder)
  const what = asked(run, options)
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const embeddings = await {
      table: () => unitRowsOf(run, model, options),
      text: () => ofTexts(run, model, options.text ?? []),
      texts: async () => ofTexts(run, model, (await textsOf(run, options)).texts),
      images: () => ofPictures(run, model, options, context),
    }[what]()
    const nameColumn = { table: 'row', text: 'text', texts: 'text', images: 'file' }[what]
    await writeEmbeddings(out, embeddings, { nameColumn })
    const { names, dimension } = embeddings
    const zeros = zeroRows(embeddings)
    const counted = { count: names.length, dimension, ...(zeros > 0 && { zeros }) }
    context.terminal.result({ out, ...counted, ...skippedIn(context.leftOut) })
    context.terminal.print(`${names.length} embeddings of ${dimension} numbers written to ${out}`)
    if (zeros > 0) context.terminal.print(`${zeros} of them are zero: the run sees nothing there`)
    sayLeftOut(context.leftOut, context.terminal)
  } finally {
    disposeModel(model)
  }
}

/** The one flag that says what is embedded: of those that the run has. */
function asked(run: TaskRun, options: EmbedOptions): 'images' | 'text' | 'texts' | 'table' {
  const { name, can } = run.task
  const given = (['images', 'text', 'texts', 'table'] as const).filter(flag => options[flag] !== undefined)
  const ofRows = can.embedRows !== undefined
  if (given.includes('table')) abilityOf('embed', run, 'embedRows', 'embeds rows')
  if (ofRows && given.join() !== 'table') {
    throw conflictError('embed', '--table', `a run of ${name} embeds rows: --table alone must be given`)
  }
  if (given.includes('images') || can.embedTexts === undefined) {
    if (!ofRows) abilityOf('embed', run, 'embedImages', 'embeds pictures')
  }
  if (given.includes('text') || given.includes('texts')) abilityOf('embed', run, 'embedTexts', 'knows texts')
  if (given.length === 1) return given[0]
  const able = [
    ...(can.embedImages === undefined ? [] : ['--images']),
    ...(can.embedTexts === undefined ? [] : ['--text', '--texts']),
  ]
  throw conflictError('embed', able[0], `${able.join(' or ')} must be given, and nothing else`)
}

/** The sentences of a file, whose columns a run over sentences may say. */
function textsOf(run: TaskRun, { texts, textColumn, delimiter, quotes, encoding }: EmbedOptions) {
  const { source } = run.info.config as { readonly source?: unknown }
  return openTextsFor('embed', source, texts, { textColumn, delimiter, quotes, encoding })
}

async function ofTexts(run: TaskRun, model: TaskModel, names: readonly string[]): Promise<Embeddings> {
  const { vectors, dimension } = await embeddedTexts('embed', { ...run, model }, names)
  return { names, vectors: unitRows(vectors, dimension), dimension }
}

async function unitRowsOf(run: TaskRun, model: TaskModel, options: EmbedOptions): Promise<Embeddings> {
  const { names, vectors, dimension } = await openRowGallery('embed', run, model, options)
  return { names, vectors: unitRows(vectors, dimension), dimension }
}

async function ofPictures(
  run: TaskRun,
  model: TaskModel,
  { images, skipBad }: EmbedOptions,
  context: CommandContext,
): Promise<Embeddings> {
  const embedImages = abilityOf('embed', run, 'embedImages', 'embeds pictures')
  const pictures = await openGallery('embed', run, images, context, { skipBad })
  const progress = showProgress(context.terminal, 'embedding', pictures.count, 'picture')
  const { vectors, dimension } = await featuresOf(
    pictures,
    batch => embedImages(model, batch),
    done => progress.update(done),
  ).finally(progress.stop)
  return { names: pictures.names, vectors: unitRows(vectors, dimension), dimension }
}
