import { basename, resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { listImages, listShards } from '@chiaro/data/node'
import { type DataKind, type DataKinds, type PictureShape, readSettings, withClasses } from '@chiaro/tasks'
import { type DataFingerprint, digest } from '@chiaro/train'
import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { pictureFlags, type SkipBadOption } from '../flags.ts'
import { wholeNumber } from '../options.ts'
import { digestOfFile, fingerprintOfFiles, fingerprintOfTable } from './fingerprint.ts'
import { labelSource, readLabels } from './labels.ts'
import type { NamedPictures } from './named-pictures.ts'
import { openBackbone } from './open-backbone.ts'
import {
  fingerprintOfPairs,
  openPairPictures,
  openPairs,
  type PairSource,
  pairSourceSchema,
  type ReadPairs,
} from './open-pairs.ts'
import { openPictures } from './open-pictures.ts'
import { openPretrained } from './open-pretrained.ts'
import { picturesOfPairs, resolvedPairs } from './pairs-name.ts'
import { type PictureSource, pictureSource, pictureSourceSchema } from './picture-source.ts'
import {
  describeTable,
  openTable,
  type TableFlags,
  type TableSource,
  tableFlags,
  tableSource,
  tableSourceSchema,
} from './table-source.ts'
import { givenTextFlags, type TextFlags, textFlags } from './text-flags.ts'
import {
  fingerprintOfTexts,
  openTexts,
  type TextSource,
  type TextsFlags,
  textSource,
  textSourceSchema,
  textsFlags,
} from './text-source.ts'

/** How the command finds one kind of data: its flags, what `run.json` keeps of them, and the reading. */
export interface DataSource<Kind extends DataKind, Flags, Source> {
  /** Adds the flags to a training command. */
  flags(command: Command): Command
  /** Flags as one might give them, for the help; what a shell would expand is quoted. */
  readonly example: string
  /** What the flags say, with absolute paths. */
  source(flags: Flags): Source
  /** The shape that the flags bring pictures to; absent where the source has its own, or has no pictures. */
  shape?(flags: Flags): PictureShape | undefined
  /** What `run.json` says. @throws ChiaroError that names the field */
  parse(source: unknown): Source
  open(source: Source, shape: PictureShape | undefined, context: CommandContext): Promise<DataKinds[Kind]>
  /** Lines that say what the data were taken for. */
  describe?(data: DataKinds[Kind]): string[]
  /** What tells the data from others, when a run is resumed. */
  fingerprint(source: Source, data: DataKinds[Kind]): Promise<DataFingerprint>
  /** The same source without what a run needs before its first step alone. */
  started?(source: Source): Source
  /** The same source where it lies now; paths are as flags give them. */
  moved(source: Source, to: MovedData): Source
  /** The pictures of a source, each once, with their names. */
  pictures?(source: Source, shape: PictureShape, context: CommandContext): Promise<NamedPictures>
}

/** Where data that were moved lie now. */
export interface MovedData {
  readonly images?: string
  readonly labels?: string
  readonly pairs?: string
  readonly valPairs?: string
  readonly pretrained?: string
  readonly backbone?: string
  readonly table?: string
  readonly texts?: string
}

interface PictureFlags extends SkipBadOption {
  readonly images: string
  readonly labels?: string
  readonly imageSize: number
  readonly grey: boolean
}

const pictures: DataSource<'pictures', PictureFlags, PictureSource> = {
  flags: command =>
    pictureFlags(command)
      .requiredOption('--images <source>', 'a folder, idx:FILE(.gz) or wds:SHARDS-{000..009}.tar')
      .option(
        '--image-size <pixels>',
        'pictures are brought to this square (IDX: as they are)',
        wholeNumber(8),
        32,
      )
      .option(
        '--labels <source>',
        'their classes, for --objective supcon or --probe: idx:FILE, or own (sub-folders, or .cls in shards)',
      )
      .option('--grey', 'one channel instead of three (IDX: as they are)', false),
  example: `--images pictures/ --out runs/mine      (or --images 'wds:shard-{000..009}.tar', or idx:FILE.gz)`,
  source: ({ images, skipBad, labels }) => ({
    ...pictureSource(images),
    ...(skipBad && { skipBad }),
    ...(labels !== undefined && { labels: labelSource('train', labels) }),
  }),
  shape: ({ images, imageSize, grey }) =>
    pictureSource(images).kind === 'idx' ? undefined : [imageSize, imageSize, grey ? 1 : 3],
  parse: source => readSettings('run.json: source', pictureSourceSchema, source),
  async open(source, shape, context) {
    const opened = await openPictures(source, { shape }, context)
    if (source.labels === undefined) return opened
    const { labels } = await readLabels('train', source.labels, source, opened)
    return withClasses(opened, labels)
  },
  async fingerprint(source, data) {
    const { kept, classes } = data as NamedPictures
    const leftOut: DataFingerprint = {
      ...(kept !== undefined && { 'left out': kept.total - kept.places.length }),
      ...(classes !== undefined && { labels: digest([new Uint8Array(classes.buffer)]) }),
    }
    if (source.kind === 'idx') return { contents: await digestOfFile(source.file), ...leftOut }
    if (source.kind === 'shards') {
      const shards = await listShards(source.pattern)
      const files = shards.map(path => ({ path, name: basename(path) }))
      return { ...(await fingerprintOfFiles(files)), ...leftOut }
    }
    // What is bad was told when they were opened.
    const listed = await listImages(source.folder, { onBad: () => {} })
    const files = listed.map(({ image, name }) => ({ path: image, name }))
    return { ...(await fingerprintOfFiles(files)), ...leftOut }
  },
  moved: (source, { images, labels }) => ({
    ...(images === undefined ? source : { ...pictureSource(images), skipBad: source.skipBad }),
    labels: labels === undefined ? source.labels : labelSource('resume', labels),
  }),
  pictures: (source, shape, context) => openPictures(source, { shape }, context),
}

interface PairFlags extends TextFlags, SkipBadOption {
  readonly pairs: string
  readonly valPairs?: string
  readonly images?: string
  readonly pretrained?: string
  readonly backbone?: string
  readonly imageColumn: string
  readonly textColumn: string
  readonly weightColumn?: string
  readonly imageSize: number
}

const pairs: DataSource<'pairs', PairFlags, PairSource> = {
  flags: command =>
    textFlags(pictureFlags(command))
      .requiredOption(
        '--pairs <file>',
        'columns image, text: CSV, TSV, .jsonl, .parquet, or wds:SHARDS-{000..009}.tar',
      )
      .option('--val-pairs <file>', 'pairs to validate on; the best checkpoint is kept')
      .option('--images <folder>', 'what picture paths are relative to (default: the folder of the pairs)')
      .option('--image-column <name>', 'column of picture paths', 'image')
      .option('--text-column <name>', 'column of captions (of shards: in .json, else .txt)', 'text')
      .option('--weight-column <name>', 'column that says how often a row is drawn (default: all alike)')
      .option('--image-size <pixels>', 'pictures are brought to this square', wholeNumber(8), 32)
      .option(
        '--pretrained <folder>',
        'a CLIP checkpoint, for towers called clip: safetensors, config.json, tokenizer.json',
      )
      .option('--backbone <file>', 'the model.json of a frozen tf.GraphModel, for --image-tower backbone'),
  example: '--pairs pairs.csv --images pictures/ --out runs/mine',
  source: ({
    pairs,
    valPairs,
    images,
    imageColumn,
    textColumn,
    weightColumn,
    skipBad,
    pretrained,
    backbone,
    ...flags
  }) => ({
    ...(skipBad && { skipBad }),
    ...(pretrained !== undefined && { pretrained: resolve(pretrained) }),
    ...(backbone !== undefined && { backbone: resolve(backbone) }),
    pairs: resolvedPairs(pairs),
    validationPairs: valPairs && resolvedPairs(valPairs),
    images: picturesOfPairs(pairs, images),
    imageColumn,
    textColumn,
    weightColumn,
    ...givenTextFlags(flags),
  }),
  shape: ({ imageSize }) => [imageSize, imageSize, 3],
  parse: source => readSettings('run.json: source', pairSourceSchema, source),
  async open({ pairs, validationPairs, pretrained, backbone, ...source }, shape, context) {
    if (shape === undefined) throw new ChiaroError('data', `${pairs} needs the size of pictures, got none`)
    const origins = {
      ...(pretrained !== undefined && { pretrained: await openPretrained(pretrained) }),
      ...(backbone !== undefined && { backbone: await openBackbone(backbone) }),
    }
    const training = await openPairs(pairs, source, shape, context)
    if (validationPairs === undefined) return { training, ...origins }
    const unweighted = { ...source, weightColumn: undefined }
    const validation = await openPairs(validationPairs, unweighted, shape, context)
    return { training, validation, ...origins }
  },
  async fingerprint(_, { training, validation }) {
    const ofTraining = await fingerprintOfPairs(training as ReadPairs)
    if (validation === undefined) return ofTraining
    const ofValidation = Object.entries(await fingerprintOfPairs(validation as ReadPairs))
    return {
      ...ofTraining,
      ...Object.fromEntries(ofValidation.map(([name, value]) => [`validation ${name}`, value])),
    }
  },
  started: ({ pretrained: _, ...source }) => source,
  moved: (source, { pairs, valPairs, images, pretrained, backbone }) => ({
    ...source,
    ...(pretrained !== undefined && { pretrained: resolve(pretrained) }),
    ...(backbone !== undefined && { backbone: resolve(backbone) }),
    ...(pairs !== undefined && { pairs: resolvedPairs(pairs) }),
    ...(valPairs !== undefined && { validationPairs: resolvedPairs(valPairs) }),
    ...(images !== undefined && { images: resolve(images) }),
  }),
  pictures: openPairPictures,
}

const table: DataSource<'table', TableFlags, TableSource> = {
  flags: tableFlags,
  example: '--table readings.csv --out runs/mine',
  source: tableSource,
  parse: source => readSettings('run.json: source', tableSourceSchema, source),
  open: openTable,
  fingerprint: async (_, { classes, ...table }) => ({
    ...fingerprintOfTable(table),
    ...(classes !== undefined && { labels: digest([new Uint8Array(classes.buffer)]) }),
  }),
  describe: describeTable,
  moved: (source, { table }) => (table === undefined ? source : { ...source, table: resolve(table) }),
}

const texts: DataSource<'texts', TextsFlags, TextSource> = {
  flags: textsFlags,
  example: '--texts sentences.txt --out runs/mine',
  source: textSource,
  parse: source => readSettings('run.json: source', textSourceSchema, source),
  open: openTexts,
  fingerprint: async (_, texts) => fingerprintOfTexts(texts),
  moved: (source, { texts }) => (texts === undefined ? source : { ...source, texts: resolve(texts) }),
}

/** A source whose own types are not known: what one of its functions returned fits the others. */
export type AnyDataSource = DataSource<DataKind, object, object>

const sources = { pictures, pairs, table, texts } satisfies { [K in DataKind]: unknown }

/** How the command finds what a task learns from. */
export function dataSourceOf(kind: DataKind): AnyDataSource {
  return sources[kind] as unknown as AnyDataSource
}
