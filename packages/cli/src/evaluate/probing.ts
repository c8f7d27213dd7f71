import { ChiaroError, disposeModel } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import {
  type Features,
  type FewLabelResult,
  featuresOf,
  type Geometry,
  geometryOf,
  type Labelled,
  maximumIterations,
  type Pictures,
  type Probe,
  type ProbeResult,
  probeAll,
  probeFew,
  type TaskModel,
} from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { CommandContext } from '../context.ts'
import { type Labels, readLabels } from '../data/labels.ts'
import { openPictures } from '../data/open-pictures.ts'
import { pictureSource } from '../data/picture-source.ts'
import type { SkipBadOption } from '../flags.ts'
import { abilityOf, keyOfRun, type OpenedRun } from '../open-run.ts'
import { showProgress } from '../progress.ts'
import { printProbes } from './print-probes.ts'
import { countShared, type Remembered, rememberPixels } from './shared-pictures.ts'

export const baselines = ['untrained', 'pixels'] as const
export type Baseline = (typeof baselines)[number]

export interface ProbingOptions extends SkipBadOption {
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
  readonly seed: number
}

/** The probes of one representation. */
export type Probed = Readonly<Partial<Record<Probe, ProbeResult | FewLabelResult>>>

export interface Evaluation extends Probed {
  readonly geometry: Geometry
  readonly baselines: Readonly<Partial<Record<Baseline, Probed>>>
  readonly rows: {
    readonly train: number
    readonly test: number
    /** How many of the test pictures are among the training ones, pixel for pixel. */
    readonly shared: number
  }
  readonly classNames: readonly string[]
}

interface LabelledPictures extends Labels, Remembered {}

/** Probes of a frozen encoder of pictures beside baselines, and how its embeddings lie. */
export async function evaluateProbes(
  run: OpenedRun,
  options: ProbingOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { task, model } = run
  const embedImages = abilityOf('evaluate', run, 'embedImages', 'embeds pictures')
  const [train, test] = await openBoth(run, options, context)
  const random = key(options.seed)
  const probed = (title: string, features: (pictures: Pictures) => Promise<Features>) =>
    probesOf(title, { train, test, features, random }, options, context)
  const ofModel = (title: string, of: TaskModel) =>
    probed(title, pictures => {
      const progress = showProgress(context.terminal, `embedding (${title})`, pictures.count, 'picture')
      const embed = (images: tf.Tensor4D) => embedImages(of, images)
      return featuresOf(pictures, embed, done => progress.update(done)).finally(progress.stop)
    })

  const trained = await ofModel('encoder', model)
  const others: Partial<Record<Baseline, Probed>> = {}
  for (const baseline of options.baseline) {
    if (baseline === 'pixels') others.pixels = await probed('pixels', pixelsOf)
    else {
      // The very values that the run began with.
      const untrained = task.prepare(model.config, keyOfRun(run))
      others.untrained = await ofModel('untrained', untrained).finally(() => disposeModel(untrained))
    }
  }
  const evaluation: Evaluation = {
    ...trained,
    geometry: await geometryOf(test.pictures, {
      embed: images => embedImages(model, images),
      view: task.can.view?.(model),
      key: foldIn(random, 1),
    }),
    baselines: others,
    rows: { train: train.pictures.count, test: test.pictures.count, shared: countShared(test, train) },
    classNames: train.classNames,
  }
  printProbes(evaluation, context.terminal)
  return evaluation
}

/** The labelled pictures to train probes on, and those to ask them about. */
async function openBoth(
  { task, config }: OpenedRun,
  { images, testImages, labels, testLabels, skipBad }: ProbingOptions,
  context: CommandContext,
): Promise<readonly [train: LabelledPictures, test: LabelledPictures]> {
  if (images === undefined || testImages === undefined) {
    const missing = images === undefined ? '--images' : '--test-images'
    throw new ChiaroError('data', `evaluate: a ${task.name} run needs ${missing}`, missing)
  }
  const shape = task.imageShape?.(config)
  const open = async (text: string, labelText: string | undefined) => {
    const source = { ...pictureSource(text), skipBad }
    const pictures = await openPictures(source, { shape }, context)
    return { ...rememberPixels(pictures), ...(await readLabels('evaluate', labelText, source, pictures)) }
  }
  const train = await open(images, labels)
  if (train.classNames.length < 2) {
    const got = `${train.classNames.join(', ')} only`
    throw new ChiaroError('data', `evaluate: --images must have at least two classes, got ${got}`, '--images')
  }
  const test = await open(testImages, testLabels)
  return [train, { ...test, ...byNameOf(train, test) }]
}

interface Representation {
  readonly train: LabelledPictures
  readonly test: LabelledPictures
  readonly features: (pictures: Pictures) => Promise<Features>
  readonly random: ReturnType<typeof key>
}

async function probesOf(
  title: string,
  { train, test, features, random }: Representation,
  options: ProbingOptions,
  { terminal, signal }: CommandContext,
): Promise<Probed> {
  const settings = {
    classes: train.classNames.length,
    c: options.probeC,
    neighbours: options.neighbours,
    temperature: options.neighbourTemperature,
    key: foldIn(random, 0),
    signal,
  }
  const labelled = async ({ pictures, labels }: LabelledPictures): Promise<Labelled> => ({
    features: await features(pictures),
    labels,
  })
  const [known, asked] = [await labelled(train), await labelled(test)]
  const results: Partial<Record<Probe, ProbeResult | FewLabelResult>> = {}
  for (const probe of options.probe) {
    if (options.probeLabels !== undefined) {
      terminal.note(`${title}: ${probe} probe`)
      const few = { count: options.probeLabels, draws: options.probeDraws }
      results[probe] = await probeFew(probe, known, asked, { ...settings, ...few })
    } else if (probe === 'linear') {
      const progress = showProgress(terminal, `linear probe (${title})`, maximumIterations, 'iteration')
      const onIteration = (iteration: number) => progress.update(iteration)
      results[probe] = await probeAll(probe, known, asked, { ...settings, onIteration }).finally(
        progress.stop,
      )
    } else {
      terminal.note(`${title}: ${probe} probe`)
      results[probe] = await probeAll(probe, known, asked, settings)
    }
  }
  return results
}

/** The test labels by the training classes' numbers: test classes are any of those, told by name. */
function byNameOf(train: Labels, test: Labels): Labels {
  const numbers = test.classNames.map(name => train.classNames.indexOf(name))
  const unknown = test.classNames.filter((_, i) => numbers[i] < 0)
  if (unknown.length === 0) {
    return { labels: test.labels.map(label => numbers[label]), classNames: train.classNames }
  }
  const expected = `some of the training pictures' (${train.classNames.join(', ')})`
  const got = unknown.join(', ')
  throw new ChiaroError('data', `evaluate: test classes must be ${expected}, got ${got}`, '--test-images')
}

/** Pixels of 0…1, row by row: what any encoder has to beat. */
function pixelsOf(pictures: Pictures): Promise<Features> {
  return featuresOf(pictures, images => tf.reshape(images, [images.shape[0], -1]))
}
