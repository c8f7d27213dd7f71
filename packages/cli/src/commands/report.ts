import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { replaceFile } from '@chiaro/data/node'
import { foldIn, key, permutation } from '@chiaro/random'
import { featuresOf, informationInWords, pickPictures, shownInformation } from '@chiaro/tasks'
import { readLog } from '@chiaro/train/node'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { readLabels } from '../data/labels.ts'
import { checkpointFlag, commonFlags, pictureFlags, type SkipBadOption } from '../flags.ts'
import { openGallery } from '../gallery.ts'
import { untilAborted } from '../interruption.ts'
import { sayLeftOut } from '../left-out.ts'
import { type CheckpointOption, openTrained, readTaskRun, type TaskRun } from '../open-run.ts'
import { type CommonOptions, wholeNumber } from '../options.ts'
import { lossCurve } from '../report/loss-curve.ts'
import { mapClasses } from '../report/map-classes.ts'
import { mapSection } from '../report/map-section.ts'
import { measured } from '../report/measured.ts'
import { neighbourPictures } from '../report/neighbours.ts'
import { type Markup, page, section, table } from '../report/page.ts'
import { rowSection } from '../report/row-section.ts'
import { textSections } from '../report/text-sections.ts'
import { clipped } from '../text-table.ts'

interface ReportOptions extends CommonOptions, CheckpointOption, SkipBadOption {
  /** Default: the pictures of the training. */
  readonly images?: string
  readonly labels?: string
  /** How many pictures the map shows. */
  readonly pictures: number
  /** Default: report.html in the run folder. */
  readonly out?: string
}

export function addReport(program: Command, contextOf: ContextOf): void {
  pictureFlags(checkpointFlag(commonFlags(program.command('report <run>'))))
    .description(
      'a run as one HTML file: loss curve, a map of embeddings, and of pictures and sentences their neighbours',
    )
    .option('--images <source>', 'pictures to show (default: those of the training)')
    .option(
      '--labels <source>',
      'idx:FILE of their classes, which colour the map (default: sub-folders, or .cls in shards)',
    )
    .option(
      '--pictures <n>',
      'how many pictures, rows or sentences the map shows, drawn by the seed',
      wholeNumber(3),
      1000,
    )
    .option('--out <file>', 'where to (default: report.html in the run folder)')
    .action((folder: string, options: ReportOptions) => {
      const context = contextOf(options)
      return untilAborted(context.signal, report(folder, options, context))
    })
}

/** `chiaro report`: a run as one HTML file with everything in it. */
async function report(folder: string, options: ReportOptions, context: CommandContext): Promise<void> {
  const run = await readTaskRun(folder)
  const out = options.out ?? join(folder, 'report.html')
  const sections = [await trainingSection(run)]
  if (run.task.takes === 'pictures') sections.push(...(await pictureSections(run, options, context)))
  if (run.task.can.embedRows !== undefined) sections.push(await rowSection(run, options))
  if (run.task.takes === 'texts') sections.push(...(await textSections(run, options)))
  sections.push(section('Settings', table([['setting', 'value'], ...flat(run.info.config)])))
  const html = page(`${run.task.name}: ${resolve(folder)}`, sections)
  await replaceFile(out, partial => writeFile(partial, html))
  context.terminal.result({ out })
  context.terminal.print(`written to ${out}`)
  sayLeftOut(context.leftOut, context.terminal)
}

async function trainingSection({ folder, task, config }: TaskRun): Promise<Markup> {
  const entries = await readLog(folder)
  const log = entries.map(({ step, loss }) => ({ step, loss: Number(loss) }))
  if (log.length === 0) return section('Training', 'No step has been trained yet.')
  const indifferent = task.indifferentLoss(config)
  const last = log.slice(-100)
  const mean = last.reduce((sum, { loss }) => sum + loss, 0) / last.length
  const dashed =
    indifferent === undefined
      ? ''
      : ` Dashed: ${indifferent.toFixed(3)}, the loss of a model that tells nothing apart.`
  const stopped = entries[entries.length - 1].stopped === true
  const early = stopped ? ' Stopped early: the last validations were no better than the best.' : ''
  const losses = last.map(({ loss }) => loss)
  const information = shownInformation(task, config, losses)
  const shown = information === undefined ? '' : ` They show ${informationInWords(information)}.`
  return section(
    'Training',
    `${log[log.length - 1].step} steps, the last ${last.length} with mean loss ${mean.toFixed(4)}.${early}${shown}${dashed}`,
    ...measured(entries, task, config),
    lossCurve(log, indifferent),
  )
}

async function pictureSections(
  run: TaskRun,
  options: ReportOptions,
  context: CommandContext,
): Promise<Markup[]> {
  const embedImages = run.task.can.embedImages
  if (embedImages === undefined) return []
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const all = await openGallery('report', run, options.images, context, options)
    const labels =
      options.labels === undefined ? undefined : await readLabels('report', options.labels, all.source, all)
    const count = Math.min(options.pictures, all.count)
    const chosen = permutation(foldIn(key(options.seed), 0), all.count).slice(0, count)
    const features = await featuresOf(pickPictures(all, chosen), images => embedImages(model, images))
    const classes = mapClasses(all, labels, chosen)
    const { markup, differ } = mapSection('pictures', features, classes)
    const nearest = differ
      ? ['By cosine, among these pictures.', await neighbourPictures(features, all, chosen)]
      : ['All embeddings are the same: no picture is nearer than another.']
    return [markup, section('Nearest neighbours', ...nearest)]
  } finally {
    disposeModel(model)
  }
}

/** Characters of a setting that are shown: one may be a whole file. */
const shownSetting = 400

/** Nested settings as "training.batchSize", "256". */
function flat(settings: object, before = ''): string[][] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const path = before === '' ? name : `${before}.${name}`
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value)
    return nested ? flat(value, path) : [[path, clipped(JSON.stringify(value) ?? '', shownSetting)]]
  })
}
