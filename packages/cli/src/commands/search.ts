import { useBackend } from '@chiaro/backend'
import { ChiaroError, conflictError, disposeModel } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import { type Embeddings, listEmbeddingFiles, loadImages, withEmbeddingBlocks } from '@chiaro/data/node'
import { type ComparedRows, type FoundRow, nearestRows, type RowBlock } from '@chiaro/evaluate'
import { overPictures, type TaskModel } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { cellFlags } from '../data/table-source.ts'
import { checkpointFlag, commonFlags, pictureFlags, type SkipBadOption } from '../flags.ts'
import { openGallery } from '../gallery.ts'
import { untilAborted } from '../interruption.ts'
import { sayLeftOut, skippedIn } from '../left-out.ts'
import { abilityOf, openTrained, readTaskRun, type TaskRun } from '../open-run.ts'
import { type CommonOptions, wholeNumber } from '../options.ts'
import { searchIndex } from '../vector-index/search-index.ts'
import { allAlike, nothingNearest } from './all-alike.ts'
import { type RowSearchOptions, searchRows } from './search-rows.ts'
import { searchTexts, type TextSearchOptions } from './search-texts.ts'

interface SearchOptions extends CommonOptions, SkipBadOption, RowSearchOptions, TextSearchOptions {
  /** Either this or image. */
  readonly text?: string
  readonly image?: string
  readonly images?: string
  readonly embeddings?: string
  readonly index?: string
  readonly nameColumn?: string
}

export function addSearch(program: Command, contextOf: ContextOf): void {
  cellFlags(pictureFlags(checkpointFlag(commonFlags(program.command('search <run>')))))
    .description(
      'the pictures nearest to a text or to a picture, the sentences nearest to a text, or the rows nearest to a row',
    )
    .option('--text <text>', 'what to look for, by a run that knows texts')
    .option('--image <file>', 'a picture to look for others like')
    .option('--images <source>', 'search these (default: the pictures of the training)')
    .option(
      '--embeddings <file>',
      'search embeddings that chiaro embed wrote, of any number; or a folder of them',
    )
    .option('--index <folder>', 'search by an index of embeddings that chiaro index made: a part of them')
    .option('--name-column <name>', 'its column of names (default: the one called file, path, name or id)')
    .option('--row <line>', 'a row to look for others like, by a run over a table', wholeNumber(1))
    .option('--table <file>', 'search its rows (default: those of the training)')
    .option('--texts <file>', 'search its sentences (default: those of the training)')
    .option('--text-column <name>', 'its column of sentences')
    .option('--top <n>', 'how many', wholeNumber(1), 5)
    .action((folder: string, options: SearchOptions) => {
      const context = contextOf(options)
      return untilAborted(context.signal, search(folder, options, context))
    })
}

/**
 * `chiaro search`: the pictures whose embeddings are nearest to a text's or a picture's, best first. Every one is
 * compared, of an embedding file some thousand at a time; of an index those that it takes for the likeliest.
 */
async function search(folder: string, options: SearchOptions, context: CommandContext): Promise<void> {
  const { text, image, images, embeddings, nameColumn, top } = options
  const { terminal, signal } = context
  const run = await readTaskRun(folder)
  const { row, table, texts, index } = options
  if (run.task.takes === 'texts') {
    refuse(run, 'sentences, by --text and --texts alone', { image, images, embeddings, index, row, table })
    await useBackend(options.backend, options)
    return searchTexts(run, options, context)
  }
  if (run.task.can.embedRows !== undefined) {
    refuse(run, 'rows, by --row and --table alone', { text, image, images, embeddings, index, texts })
    await useBackend(options.backend, options)
    return searchRows(run, options, context)
  }
  const embedImages = abilityOf('search', run, 'embedImages', 'embeds pictures')
  if (row !== undefined || table !== undefined) abilityOf('search', run, 'embedRows', 'embeds rows')
  refuse(run, 'pictures, by --text or --image', { texts })
  if ((text === undefined) === (image === undefined)) {
    throw conflictError('search', '--text', 'either --text or --image must be given')
  }
  const places = Object.entries({ index, embeddings, images }).filter(([, place]) => place !== undefined)
  if (places.length > 1) {
    const [[one], [other]] = places
    throw conflictError('search', `--${other}`, `it excludes --${one}: one of them says where to search`)
  }
  if (text?.trim() === '') {
    throw new ChiaroError('data', 'search: --text must be a text, got an empty one', '--text')
  }
  const embedTexts = text === undefined ? undefined : abilityOf('search', run, 'embedTexts', 'knows texts')
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  const query =
    text !== undefined && embedTexts !== undefined
      ? await embedTexts(model, [text])
      : await embedFile(run, model, image ?? '', embedImages)
  try {
    if ((await query.data()).every(value => value === 0)) {
      const [flag, expected, got] =
        text === undefined
          ? ['--image', 'be a picture in which the run sees something', `${image}, whose embedding is zero`]
          : ['--text', 'have a word that the run knows', `"${text}"`]
      throw new ChiaroError('data', `search: ${flag} must ${expected}, got ${got}`, flag)
    }
    let compared: ComparedRows | undefined
    const onCompared = (all: ComparedRows) => {
      compared = all
    }
    const among = (blocks: AsyncIterable<RowBlock>) => nearestRows(query, blocks, { top, signal, onCompared })
    async function* gallery(): AsyncGenerator<RowBlock> {
      const pictures = await openGallery('search', run, images, context, options)
      for await (const { vectors, from, count } of overPictures(pictures, rows => embedImages(model, rows))) {
        yield { vectors, names: pictures.names.slice(from, from + count) }
      }
    }
    const embedded = async (paths: string) => {
      const files = await listEmbeddingFiles(paths)
      return withEmbeddingBlocks(files, blocks => among(named(blocks, terminal)), { nameColumn })
    }
    const indexed = async (folder: string) => [
      await searchIndex(folder, await query.data<'float32'>(), run, options),
    ]
    const [nearest] =
      index !== undefined
        ? await indexed(index)
        : embeddings !== undefined
          ? await embedded(embeddings)
          : await among(gallery())
    const equal = allAlike(compared)
    const alike = equal && { pictures: equal.rows, score: equal.score }
    const listed = alike === undefined ? nearest : []
    const found = listed.map(({ name, score }: FoundRow) => ({ picture: name, score }))
    terminal.result({ text, image, found, ...(alike && { alike }), ...skippedIn(context.leftOut) })
    if (alike !== undefined) {
      terminal.print(nothingNearest({ rows: alike.pictures, score: alike.score }, 'pictures'))
    }
    for (const { picture, score } of found) terminal.print(`${score.toFixed(3)}  ${picture}`)
    sayLeftOut(context.leftOut, terminal)
  } finally {
    query.dispose()
    disposeModel(model)
  }
}

/** Refuses flags that are not for what a run searches. */
function refuse({ task }: TaskRun, searches: string, flags: Readonly<Record<string, unknown>>): void {
  const other = Object.keys(flags).find(name => flags[name] !== undefined)
  if (other === undefined) return
  throw conflictError('search', `--${other}`, `a run of ${task.name} searches ${searches}`)
}

/** The blocks themselves; says which column the names are of, where the file has several. */
async function* named(
  blocks: AsyncIterable<Embeddings>,
  { note }: Pick<CommandContext['terminal'], 'note'>,
): AsyncGenerator<RowBlock> {
  let said = false
  for await (const block of blocks) {
    if (!said && block.nameColumn !== undefined) {
      note(`names are those of the column ${block.nameColumn}; --name-column takes another`)
    }
    said = true
    yield block
  }
}

/** [1, dimension] of a picture file, in the run's shape. */
async function embedFile(
  { task, config }: TaskRun,
  model: TaskModel,
  file: string,
  embedImages: (model: TaskModel, images: tf.Tensor4D) => tf.Tensor2D,
): Promise<tf.Tensor2D> {
  const [height, width, channels] = task.imageShape?.(config) ?? [0, 0, 3]
  const loaded = await loadImages([file], { size: [height, width], channels })
  return tf.tidy(() => embedImages(model, toImageTensor(loaded)))
}
