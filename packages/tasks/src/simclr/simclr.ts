import type { HostImages } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import { adamW, lars, type Optimizer, sgd, warmupCosine } from '@chiaro/train'
import { type Features, featuresOf } from '../pictures/picture-blocks.ts'
import { type Pictures, picturesOf } from '../pictures/pictures.ts'
import { programOf } from '../program.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { Task } from '../task.ts'
import { configureSimclr, type SimclrConfig, simclrConfig } from './config.ts'
import { indifferentSimclrLoss, simclrCandidates, simclrLoss } from './loss.ts'
import { createSimclr, type SimclrModel } from './model.ts'
import { type SimclrSettings, simclrSettings } from './settings.ts'
import { simclrBatches, simclrView, type TwoViews } from './views.ts'

const task: Task<SimclrSettings, 'pictures', SimclrConfig, SimclrModel, TwoViews> = {
  name: 'simclr',
  summary: 'an encoder of unlabelled pictures, by SimCLR or MoCo',
  takes: 'pictures',
  settings: simclrSettings,
  configure: configureSimclr,
  parse: config => readSettings('simclr', simclrConfig, config),
  prepare: (config, key) => createSimclr(config, foldIn(key, 0)),
  fitOptions(model, pictures, key, live = () => model.config) {
    const { training } = live()
    const { parameters, buffers, moco } = model
    const { steps } = training
    const warmupSteps = Math.min(training.warmupSteps, steps - 1)
    return {
      parameters,
      buffers,
      loss: views => simclrLoss(model, views, live().training),
      batches: firstStep => simclrBatches(live, pictures, key, firstStep),
      steps,
      optimizer: optimizerOf(training),
      schedule: step => warmupCosine({ peak: live().training.learningRate, warmupSteps, steps })(step),
      key: foldIn(key, 2),
      afterStep: moco?.afterStep,
      checkpointEvery: training.checkpointEvery,
    }
  },
  imageShape: ({ shape }) => shape,
  indifferentLoss: ({ training }) => indifferentSimclrLoss(training),
  candidates: ({ training }) => simclrCandidates(training),
  describe: (_, { count, shape }) => `${count} pictures of ${shape.join(' × ')}`,
  can: {
    embedImages: ({ encoder }, images) => encoder.embed(images),
    view: ({ config }) => simclrView(config),
  },
}

function optimizerOf({ optimizer, weightDecay }: SimclrConfig['training']): Optimizer {
  switch (optimizer) {
    case 'adamw':
      return adamW({ weightDecay })
    case 'lars':
      return lars({ weightDecay })
    case 'sgd':
      return sgd({ momentum: 0.9, weightDecay })
  }
}

/** Pictures to learn from. */
interface GivenPictures {
  /** Bytes of [count, height, width, 1 or 3], or a source that reads them as they are asked for. */
  readonly pictures: Pictures | HostImages
}

/**
 * An encoder of unlabelled pictures (docs/notes.md eq. 1.16; Chen et al. 2020; MoCo: He et al. 2020). `train` learns from
 * pictures in memory, settings by the names of `simclr.settings`:
 *
 *   const model = await simclr.train({ pictures, key: key(1), steps: 200, batchSize: 64 })
 *   const { vectors, dimension } = await model.embed(pictures)
 */
export const simclr = programOf(task, {
  given: ['pictures'],
  data: ({ pictures }: GivenPictures) => picturesOf(pictures),
  handle: ({ model: { encoder } }) => ({
    /** The encoder's output for each picture, without the head: rows as they are, not of unit length. */
    embed: (pictures: Pictures | HostImages, onProgress?: (done: number) => void): Promise<Features> =>
      featuresOf(picturesOf(pictures), images => encoder.embed(images), onProgress),
  }),
})

export type TrainedSimclr = ReturnType<typeof simclr.load>
