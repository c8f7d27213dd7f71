import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { foldIn, key, permutation } from '@chiaro/random'
import { type RunInfo, readLog, readRun } from '@chiaro/train/node'
import type { CommonOptions } from '../options.ts'
import { openPictures, type Pictures } from '../pictures/open-pictures.ts'
import { pictureSource } from '../pictures/source.ts'
import { embeddingMap } from '../report/embedding-map.ts'
import { lossCurve } from '../report/loss-curve.ts'
import { neighbourPictures } from '../report/neighbours.ts'
import { type Markup, page, section, table } from '../report/page.ts'
import type { SimclrConfig } from '../simclr/config.ts'
import { readLabels } from '../simclr/labels.ts'
import { loadSimclr } from '../simclr/load.ts'
import { chanceLoss } from '../simclr/loss.ts'
import { disposeSimclr, embedPictures } from '../simclr/model.ts'
import type { Terminal } from '../terminal.ts'

export interface ReportOptions extends CommonOptions {
  /** Default: the pictures of the training. */
  readonly images?: string
  readonly labels?: string
  /** How many pictures the map shows. */
  readonly pictures: number
  /** Default: report.html in the run folder. */
  readonly out?: string
}

/** `chiaro report`: a run as one HTML file with everything in it. */
export async function report(
  folder: string,
  options: ReportOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const run = await readRun(folder)
  const out = options.out ?? join(folder, 'report.html')
  const sections = [await trainingSection(folder, run)]
  if (run.task === 'simclr') sections.push(...(await pictureSections(folder, options, terminal, signal)))
  sections.push(section('Settings', table([['setting', 'value'], ...flat(run.config)])))
  await writeFile(out, page(`${run.task}: ${resolve(folder)}`, sections))
  terminal.result({ out })
  terminal.print(`written to ${out}`)
}

async function trainingSection(folder: string, run: RunInfo): Promise<Markup> {
  const log = (await readLog(folder)).map(({ step, loss }) => ({ step, loss: Number(loss) }))
  if (log.length === 0) return section('Training', 'No step has been trained yet.')
  const chance = chanceOf(run)
  const last = log.slice(-100)
  const mean = last.reduce((sum, { loss }) => sum + loss, 0) / last.length
  const dashed =
    chance === undefined ? '' : ` Dashed: ${chance.toFixed(3)}, the loss of a model that cannot tell.`
  return section(
    'Training',
    `${log[log.length - 1].step} steps, the last ${last.length} with mean loss ${mean.toFixed(4)}.${dashed}`,
    lossCurve(log, chance),
  )
}

function chanceOf({ task, config }: RunInfo): number | undefined {
  if (task === 'simclr') return chanceLoss((config as unknown as SimclrConfig).training)
  const { training } = config as { training?: { batchSize?: unknown } }
  return task === 'clip' && typeof training?.batchSize === 'number' ? Math.log(training.batchSize) : undefined
}

async function pictureSections(
  folder: string,
  options: ReportOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Markup[]> {
  await useBackend(options.backend, options)
  const model = await loadSimclr(folder)
  const { shape } = model.config
  const source = options.images === undefined ? model.config.source : pictureSource(options.images)
  const all = await openPictures(source, { shape, signal }, terminal)
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels, source, all)
  const count = Math.min(options.pictures, all.count)
  const chosen = permutation(foldIn(key(options.seed), 0), all.count).slice(0, count)
  const features = await embedPictures(model.encoder, some(all, chosen))
  disposeSimclr(model)
  const classes = labels && Array.from(chosen, row => labels.classNames[labels.labels[row]])
  const { explained, ...map } = embeddingMap(features, classes)
  const share = `${(100 * explained).toFixed(0)} %`
  return [
    section('Embeddings', `${count} pictures along the two main components, ${share} of the variance.`, map),
    section(
      'Nearest neighbours',
      'By cosine, among these pictures.',
      await neighbourPictures(features, all, chosen),
    ),
  ]
}

function some({ shape, names, read }: Pictures, chosen: Int32Array): Pictures {
  return {
    count: chosen.length,
    shape,
    names: Array.from(chosen, row => names[row]),
    read: rows => read(rows.map(row => chosen[row])),
  }
}

/** Nested settings as "training.batchSize", "256". */
function flat(settings: object, before = ''): string[][] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const path = before === '' ? name : `${before}.${name}`
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value)
    return nested ? flat(value, path) : [[path, JSON.stringify(value) ?? '']]
  })
}
