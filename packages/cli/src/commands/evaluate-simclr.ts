import { useBackend } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import { mergeReport } from '@chiaro/train/node'
import type { CommonOptions } from '../options.ts'
import { openPictures, type Pictures } from '../pictures/open-pictures.ts'
import { pictureSource } from '../pictures/source.ts'
import { showProgress } from '../progress.ts'
import { type Geometry, geometryOf } from '../simclr/geometry.ts'
import { type Labels, readLabels } from '../simclr/labels.ts'
import { loadSimclr } from '../simclr/load.ts'
import {
  createSimclr,
  disposeSimclr,
  embedPictures,
  type Features,
  type SimclrModel,
} from '../simclr/model.ts'
import { printEvaluation } from '../simclr/print-evaluation.ts'
import {
  type FewLabelResult,
  type Labelled,
  maximumIterations,
  type Probe,
  type ProbeResult,
  probeAll,
  probeFew,
} from '../simclr/probe.ts'
import type { Terminal } from '../terminal.ts'

export const baselines = ['untrained', 'pixels'] as const
export type Baseline = (typeof baselines)[number]

export interface EvaluateSimclrOptions extends CommonOptions {
  readonly images?: string
  readonly labels?: string
  readonly testImages?: string
  readonly testLabels?: string
  readonly probe: readonly Probe[]
  /** Draws of so many labelled rows in place of all of them. */
  readonly probeLabels?: number
  readonly probeDraws: number
  readonly probeC: number
  readonly neighbours: number
  readonly neighbourTemperature: number
  readonly baseline: readonly Baseline[]
}

/** The probes of one representation. */
export type Probed = Readonly<Partial<Record<Probe, ProbeResult | FewLabelResult>>>

export interface Evaluation extends Probed {
  readonly geometry: Geometry
  readonly baselines: Readonly<Partial<Record<Baseline, Probed>>>
  readonly rows: { readonly train: number; readonly test: number }
  readonly classNames: readonly string[]
}

/** `chiaro evaluate` of a SimCLR run: probes of the frozen encoder beside baselines, and its geometry. */
export async function evaluateSimclr(
  folder: string,
  options: EvaluateSimclrOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { images, testImages } = options
  if (images === undefined || testImages === undefined) {
    const missing = images === undefined ? '--images' : '--test-images'
    throw new ChiaroError('data', `evaluate: a simclr run needs ${missing}`, missing)
  }
  const { chosen } = await useBackend(options.backend, options)
  const model = await loadSimclr(folder)
  const open = async (text: string, labelText: string | undefined) => {
    const source = pictureSource(text)
    const pictures = await openPictures(source, { shape: model.config.shape, signal }, terminal)
    return { pictures, ...(await readLabels(labelText, source, pictures)) }
  }
  const train = await open(images, options.labels)
  const test = await open(testImages, options.testLabels)
  checkClasses(train, test)
  const random = key(options.seed)
  const settings = {
    classes: Math.max(train.classNames.length, test.classNames.length),
    c: options.probeC,
    neighbours: options.neighbours,
    temperature: options.neighbourTemperature,
    key: foldIn(random, 0),
    signal,
  }
  const few = options.probeLabels && { count: options.probeLabels, draws: options.probeDraws }

  const probed = async (
    title: string,
    features: (pictures: Pictures) => Promise<Features>,
  ): Promise<Probed> => {
    const labelled = async ({ pictures, labels }: Labels & { pictures: Pictures }): Promise<Labelled> => ({
      features: await features(pictures),
      labels,
    })
    const [known, asked] = [await labelled(train), await labelled(test)]
    const results: Partial<Record<Probe, ProbeResult | FewLabelResult>> = {}
    for (const probe of options.probe) {
      if (few) {
        terminal.note(`${title}: ${probe} probe`)
        results[probe] = await probeFew(probe, known, asked, { ...settings, ...few })
      } else if (probe === 'linear') {
        const progress = showProgress(terminal, `linear probe (${title})`, maximumIterations, 'iteration')
        const onIteration = progress.update
        const work = probeAll(probe, known, asked, { ...settings, onIteration })
        results[probe] = await work.finally(progress.stop)
      } else {
        terminal.note(`${title}: ${probe} probe`)
        results[probe] = await probeAll(probe, known, asked, settings)
      }
    }
    return results
  }
  const ofEncoder = (title: string, { encoder }: SimclrModel) =>
    probed(title, pictures =>
      withProgress(terminal, title, pictures, done => embedPictures(encoder, pictures, done)),
    )

  const trained = await ofEncoder('encoder', model)
  const others: Partial<Record<Baseline, Probed>> = {}
  for (const baseline of options.baseline) {
    if (baseline === 'pixels') others.pixels = await probed('pixels', pixelsOf)
    else {
      // The very values that the run began with.
      const untrained = createSimclr(model.config, foldIn(key(model.seed), 0))
      others.untrained = await ofEncoder('untrained', untrained)
      disposeSimclr(untrained)
    }
  }
  const evaluation: Evaluation = {
    ...trained,
    geometry: await geometryOf(model, test.pictures, foldIn(random, 1)),
    baselines: others,
    rows: { train: train.pictures.count, test: test.pictures.count },
    classNames: train.classNames,
  }
  disposeSimclr(model)
  await mergeReport(folder, { evaluation: { seed: options.seed, backend: chosen, ...evaluation } })
  terminal.result(evaluation)
  printEvaluation(evaluation, terminal)
}

function checkClasses(train: Labels, test: Labels): void {
  const unknown = test.classNames.filter(name => !train.classNames.includes(name))
  const shifted = test.classNames.some((name, i) => train.classNames[i] !== name)
  if (unknown.length === 0 && !shifted) return
  const expected = `those of the training pictures (${train.classNames.join(', ')})`
  const got = test.classNames.join(', ')
  throw new ChiaroError('data', `evaluate: test classes must be ${expected}, got ${got}`, '--test-images')
}

function withProgress(
  terminal: Terminal,
  title: string,
  { count }: Pictures,
  work: (onProgress: (done: number) => void) => Promise<Features>,
): Promise<Features> {
  const progress = showProgress(terminal, `embedding (${title})`, count, 'picture')
  return work(done => progress.update(done)).finally(progress.stop)
}

/** Pixels of 0…1, row by row: what any encoder has to beat. */
async function pixelsOf(pictures: Pictures): Promise<Features> {
  const { count, shape } = pictures
  const dimension = shape[0] * shape[1] * shape[2]
  const vectors = new Float32Array(count * dimension)
  const step = 1024
  for (let from = 0; from < count; from += step) {
    const size = Math.min(step, count - from)
    const { images, rows } = await pictures.read(Int32Array.from({ length: size }, (_, i) => from + i))
    rows.forEach((row, i) => {
      const bytes = images.data.subarray(row * dimension, (row + 1) * dimension)
      const at = (from + i) * dimension
      for (let k = 0; k < dimension; k++) vectors[at + k] = bytes[k] / 255
    })
  }
  return { vectors, dimension }
}
