import type { HostImages } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import { type Features, featuresOf } from '../pictures/picture-blocks.ts'
import { type Pictures, pickPictures, picturesOf, withClasses } from '../pictures/pictures.ts'
import { programOf } from '../program.ts'
import { checkClasses } from '../representation/classes.ts'
import {
  aloneOf,
  candidatesOf,
  fitRepresentation,
  indifferentLossOf,
  warningOf,
} from '../representation/fit-representation.ts'
import { nearestProbe } from '../representation/probe-while-training.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { Task } from '../task.ts'
import { configureSimclr, type SimclrConfig, simclrConfig, withAugmentation } from './config.ts'
import { createSimclr, type SimclrModel } from './model.ts'
import { type SimclrSettings, simclrSettings } from './settings.ts'
import { type SimclrBatch, simclrBatches, simclrView } from './views.ts'

const task: Task<SimclrSettings, 'pictures', SimclrConfig, SimclrModel, SimclrBatch> = {
  name: 'simclr',
  summary: 'an encoder of pictures, by SimCLR and its family',
  takes: 'pictures',
  settings: simclrSettings,
  configure: configureSimclr,
  parse: config => readSettings('simclr', simclrConfig, withAugmentation(config)),
  prepare: (config, key) => createSimclr(config, foldIn(key, 0)),
  fitOptions(model, pictures, key, live = () => model.config, ranks) {
    const { training } = live()
    checkClasses('simclr', training, pictures.classes)
    const batches = (firstStep: number) => simclrBatches(live, pictures, key, firstStep, ranks)
    const features = (rows: Int32Array) =>
      featuresOf(pickPictures(pictures, rows), images => model.encoder.embed(images))
    const probe = training.probe ? nearestProbe({ ...pictures, features }, key) : undefined
    return fitRepresentation(model, () => live().training, { batches, key, probe, ranks })
  },
  overRanks: aloneOf,
  imageShape: ({ shape }) => shape,
  indifferentLoss: indifferentLossOf,
  candidates: candidatesOf,
  warning: warningOf('picture'),
  describe: (_, { count, shape }) => `${count} pictures of ${shape.join(' × ')}`,
  can: {
    embedImages: ({ encoder }, images) => encoder.embed(images),
    view: ({ config }) => simclrView(config),
  },
}

/** Pictures to learn from. */
interface GivenPictures {
  /** Bytes of [count, height, width, 1 or 3], or a source that reads them as they are asked for. */
  readonly pictures: Pictures | HostImages
  /** [count] the class of each, for an objective that learns from classes. */
  readonly labels?: ArrayLike<number>
}

/**
 * An encoder of pictures (docs/notes.md eq. 1.16; Chen et al. 2020), by the losses of `objectives.ts`. `train` learns from
 * pictures in memory, settings by the names of `simclr.settings`:
 *
 *   const model = await simclr.train({ pictures, key: key(1), steps: 200, batchSize: 64 })
 *   const { vectors, dimension } = await model.embed(pictures)
 */
export const simclr = programOf(task, {
  given: ['pictures', 'labels'],
  data: ({ pictures, labels }: GivenPictures) =>
    labels === undefined ? picturesOf(pictures) : withClasses(picturesOf(pictures), labels),
  handle: ({ model: { encoder } }) => ({
    /** The encoder's output for each picture, without the head: rows as they are, not of unit length. */
    embed: (pictures: Pictures | HostImages, onProgress?: (done: number) => void): Promise<Features> =>
      featuresOf(picturesOf(pictures), images => encoder.embed(images), onProgress),
  }),
})

export type TrainedSimclr = ReturnType<typeof simclr.load>
