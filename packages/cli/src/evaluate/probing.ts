import { ChiaroError, disposeModel } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import { type Features, featuresOf, geometryOf, type Pictures, type TaskModel } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { CommandContext } from '../context.ts'
import { type Labels, readLabels } from '../data/labels.ts'
import { openPictures } from '../data/open-pictures.ts'
import { pictureSource } from '../data/picture-source.ts'
import { abilityOf, keyOfRun, type OpenedRun } from '../open-run.ts'
import { showProgress } from '../progress.ts'
import { printProbes } from './print-probes.ts'
import {
  type Baseline,
  byNameOf,
  checkBaselines,
  type Evaluation,
  type Probed,
  type ProbingOptions,
  probesOf,
} from './probes-of.ts'
import { countShared, type Remembered, rememberPixels } from './shared-pictures.ts'

interface LabelledPictures extends Labels, Remembered {}

/** Probes of a frozen encoder of pictures beside baselines, and how its embeddings lie. */
export async function evaluateProbes(
  run: OpenedRun,
  options: ProbingOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { task, model } = run
  const embedImages = abilityOf('evaluate', run, 'embedImages', 'embeds pictures')
  checkBaselines(options.baseline, ['untrained', 'pixels'], 'picture')
  const [train, test] = await openBoth(run, options, context)
  const random = key(options.seed)
  const probed = (title: string, features: (pictures: Pictures) => Promise<Features>) =>
    probesOf(title, { train, test, features: of => features(of.pictures), random }, options, context)
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
  printProbes(evaluation, context.terminal, 'picture')
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
  return [train, { ...test, ...byNameOf(train, test, 'picture', '--test-images') }]
}

/** Pixels of 0…1, row by row: what any encoder has to beat. */
function pixelsOf(pictures: Pictures): Promise<Features> {
  return featuresOf(pictures, images => tf.reshape(images, [images.shape[0], -1]))
}
