import { ChiaroError } from '@chiaro/core'
import { type Features, featuresOf, geometryOf, type Pictures, type TaskModel } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { CommandContext } from '../context.ts'
import { type Labels, readLabels } from '../data/labels.ts'
import { openPictures } from '../data/open-pictures.ts'
import { pictureSource } from '../data/picture-source.ts'
import { abilityOf, type OpenedRun } from '../open-run.ts'
import { showProgress } from '../progress.ts'
import { probeSamples, type SampleKind } from './probe-samples.ts'
import type { Evaluation, ProbingOptions } from './probes-of.ts'
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
  const embed = async (of: TaskModel, { pictures }: LabelledPictures, title: string) => {
    const progress = showProgress(context.terminal, `embedding (${title})`, pictures.count, 'picture')
    const embedded = (images: tf.Tensor4D) => embedImages(of, images)
    return featuresOf(pictures, embedded, done => progress.update(done)).finally(progress.stop)
  }
  const kind: SampleKind<LabelledPictures> = {
    unit: 'picture',
    raw: { name: 'pixels', features: ({ pictures }) => pixelsOf(pictures) },
    flags: { train: '--images', test: '--test-images' },
    open: opening(run, options, context),
    embed,
    geometry: ({ pictures }, key) =>
      geometryOf(pictures, {
        embed: images => embedImages(model, images),
        view: task.can.view?.(model),
        key,
      }),
    count: ({ pictures }) => pictures.count,
    shared: countShared,
  }
  return probeSamples(run, kind, options, context)
}

/** Opens the labelled pictures to train probes on, or those to ask them about. */
function opening(
  { task, config }: OpenedRun,
  { images, testImages, labels, testLabels, skipBad }: ProbingOptions,
  context: CommandContext,
): (which: 'train' | 'test') => Promise<LabelledPictures> {
  if (images === undefined || testImages === undefined) {
    const missing = images === undefined ? '--images' : '--test-images'
    throw new ChiaroError('data', `evaluate: a ${task.name} run needs ${missing}`, missing)
  }
  const shape = task.imageShape?.(config)
  return async which => {
    const [text, labelText] = which === 'train' ? [images, labels] : [testImages, testLabels]
    const source = { ...pictureSource(text), skipBad }
    const pictures = await openPictures(source, { shape }, context)
    return { ...rememberPixels(pictures), ...(await readLabels('evaluate', labelText, source, pictures)) }
  }
}

/** Pixels of 0…1, row by row: what any encoder has to beat. */
function pixelsOf(pictures: Pictures): Promise<Features> {
  return featuresOf(pictures, images => tf.reshape(images, [images.shape[0], -1]))
}
