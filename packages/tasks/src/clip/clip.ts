import { conflictError } from '@chiaro/core'
import { batchPosition, createTokenizer, type HostImages } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import { exponentialMovingAverage, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { partOf } from '../over-ranks.ts'
import { type Features, featuresOf } from '../pictures/picture-blocks.ts'
import { type Pictures, picturesOf } from '../pictures/pictures.ts'
import { programOf } from '../program.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { Task } from '../task.ts'
import { prepareTexts } from '../texts/host-texts.ts'
import type { Backbone } from './backbone.ts'
import { type ClipBatch, clipBatches, pairKeys } from './batches.ts'
import { captionKeys } from './caption-keys.ts'
import { type ClipConfig, clipConfig, configureClip } from './config.ts'
import { checkDistinct } from './distinct-batches.ts'
import { type ClipModel, createClip, embedClipImages, embedClipTexts, reading } from './model.ts'
import { clipObjective } from './objectives.ts'
import { type Captions, pairsOf, sideOf } from './pairs.ts'
import { embedInTraining, movingOf, optimizerOf, rateFactorOf } from './parameter-groups.ts'
import type { PretrainedClip } from './pretrained.ts'
import { type ClipSettings, clipSettings } from './settings.ts'

const task: Task<ClipSettings, 'pairs', ClipConfig, ClipModel, ClipBatch> = {
  name: 'clip',
  summary: 'pictures and captions in one space, by CLIP',
  takes: 'pairs',
  settings: clipSettings,
  configure(settings, { training: pairs, validation, ...origins }) {
    if (settings.patience !== undefined && validation === undefined) {
      throw conflictError('clip', 'patience', 'patience needs validation pairs, got none')
    }
    const config = configureClip(settings, sideOf(pairs), pairs.texts, origins)
    const { batchSize } = config.training
    const captions = captionKeys(createTokenizer(config.tokenizer), pairs)
    if (pairs.choices !== undefined) batchPosition(pairs.choices.length, 0, { batchSize })
    else checkDistinct(pairKeys({ ...pairs, captions }), batchSize)
    return config
  },
  parse: config => readSettings('clip', clipConfig, config),
  prepare: (config, key, data, foreign) =>
    createClip(config, foldIn(key, 0), {
      captions: data?.training.texts,
      pretrained: data?.pretrained,
      backbone: data?.backbone ?? foreign?.backbone,
    }),
  needs: ({ image }) => (image.kind === 'backbone' ? { backbone: image } : {}),
  async fitOptions(model, { training: pairs, validation }, key, live = () => model.config, ranks) {
    const { training, logitScale } = live()
    const { parameters, buffers, scale, bias } = model
    const objective = clipObjective(model.config.objective)
    const { steps, averageDecay } = training
    const warmupSteps = Math.min(training.warmupSteps, steps - 1)
    const texts = await prepareTexts(reading(model), pairs.texts)
    const captioned = { ...pairs, captions: captionKeys(model.tokenizer, pairs) }
    return {
      parameters,
      buffers,
      loss: ({ images, texts, share }, { key }) => {
        const embedding = { ...(ranks && { sumOverRanks: ranks.sum }), ...partOf(share) }
        const embedded = (tower: 'image' | 'text', rows: tf.Tensor, stream: number) =>
          embedInTraining(model, tower, rows, { ...embedding, key: foldIn(key, stream) }) as tf.Tensor2D
        const [image, text] = [embedded('image', images, 0), embedded('text', texts, 1)]
        const logits = {
          logitScale: scale?.scale() ?? logitScale.initial,
          logitBias: bias as tf.Scalar | undefined,
        }
        return ranks === undefined
          ? objective.loss(image, text, logits)
          : objective.overRanks(image, text, logits, ranks)
      },
      batches: firstStep => clipBatches(model.config, captioned, texts, key, firstStep, ranks),
      steps,
      optimizer: optimizerOf(training),
      rateFactor: rateFactorOf(model),
      schedule: step => warmupCosine({ peak: live().training.learningRate, warmupSteps, steps })(step),
      key: foldIn(key, 2),
      ema: averageDecay > 0 ? exponentialMovingAverage(movingOf(model), { decay: averageDecay }) : undefined,
      afterStep: scale?.clamp,
      validation: validation && {
        every: training.validateEvery,
        async run({ signal }) {
          // A page that validates nothing never loads it.
          const { meanRecall, retrieval } = await import('./retrieval.ts')
          return { recall: meanRecall(await retrieval(task.can, model, validation, undefined, signal)) }
        },
        metric: 'recall',
        patience: training.patience,
      },
      checkpointEvery: training.checkpointEvery,
    }
  },
  overRanks: () => undefined,
  imageShape: ({ imageSize }) => [imageSize, imageSize, 3],
  indifferentLoss: ({ objective, training }) => clipObjective(objective).indifferent(training.batchSize),
  candidates: ({ objective, training }) => clipObjective(objective).candidates?.(training.batchSize),
  describe: (_, { training: { imageOf, images, texts } }) =>
    `${imageOf.length} pairs, ${picturesOf(images).count} pictures, ${texts.length} captions`,
  can: {
    embedImages: embedClipImages,
    embedTexts: embedClipTexts,
  },
}

/** Pairs to learn from. */
interface GivenPairs {
  /** Square pictures of three channels: bytes of [count, side, side, 3], or read as they are asked for. */
  readonly images: Pictures | HostImages
  /** [count] the caption of each, or a list of several, of which one is drawn each time. */
  readonly texts: readonly Captions[]
  /** Pairs that choose the best weights by retrieval. Default none: the last ones are taken. */
  readonly validation?: Pick<GivenPairs, 'images' | 'texts'>
  /** For towers called clip; a run that goes on needs it no more. */
  readonly pretrained?: PretrainedClip
  /** For imageTower backbone; a run that goes on or is loaded needs it again. */
  readonly backbone?: Backbone
}

export interface RankedPicture {
  readonly picture: number
  readonly cosine: number
}

/**
 * Pictures and their captions in one space (docs/notes.md eq. 1.17–1.20; Radford et al. 2021). `train` learns from pairs in
 * memory, settings by the names of `clip.settings`:
 *
 *   const model = await clip.train({ images, texts, key: key(1), steps: 300, batchSize: 64 })
 *   const [best] = await model.rank('a red heart', images)
 */
export const clip = programOf(task, {
  given: ['images', 'texts', 'validation', 'pretrained', 'backbone'],
  data: ({ images, texts, validation, pretrained, backbone }: GivenPairs) => ({
    training: pairsOf(images, texts),
    validation: validation && pairsOf(validation.images, validation.texts),
    pretrained,
    backbone,
  }),
  handle: ({ model }) => handleOf(model),
})

export type TrainedClip = ReturnType<typeof clip.load>

function handleOf(model: ClipModel) {
  /** Unit embeddings, one a picture. */
  const embedImages = (pictures: Pictures | HostImages): Promise<Features> =>
    featuresOf(picturesOf(pictures), images => embedClipImages(model, images))
  /** Unit embeddings, one a text. */
  const embedTexts = async (texts: readonly string[]): Promise<Features> => {
    const rows = await embedClipTexts(model, texts)
    const vectors = await rows.data<'float32'>()
    rows.dispose()
    return { vectors, dimension: rows.shape[1] }
  }
  /** The cosine of a text with each picture, best first. */
  const rank = async (text: string, pictures: Pictures | HostImages): Promise<readonly RankedPicture[]> => {
    const { vectors: query, dimension } = await embedTexts([text])
    const { vectors } = await embedImages(pictures)
    const cosines = Array.from({ length: vectors.length / dimension }, (_, picture) => {
      const row = vectors.subarray(picture * dimension, (picture + 1) * dimension)
      return { picture, cosine: row.reduce((sum, value, j) => sum + value * query[j], 0) }
    })
    return cosines.toSorted((a, b) => b.cosine - a.cosine)
  }
  return { embedImages, embedTexts, rank }
}
