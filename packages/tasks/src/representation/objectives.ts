import { ntXentLossOverRanks } from '@chiaro/distributed'
import {
  alignment,
  barlowTwinsLoss,
  debiasedContrastiveLoss,
  hardNegativeContrastiveLoss,
  iMixLoss,
  ntXentLoss,
  supConLoss,
  uniformity,
  vicRegLoss,
} from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import {
  type LossSize,
  mocoLoss,
  mocoOverRanks,
  multiCropLoss,
  type Objective,
  type ObjectiveNumbers,
  overPairs,
} from './objective.ts'

/** Every other row but the anchor's own is as near as the positive; a smaller view is no key, and leaves none out. */
const othersTied = ({ views, locals = 0, batchSize }: LossSize) => {
  const keys = views * batchSize
  return (views * Math.log(keys - 1) + locals * Math.log(keys)) / (views + locals)
}

const inOrder = (n: number) => Int32Array.from({ length: n }, (_, i) => i)

/** Every loss of representations. A new one is an entry; what it is told is in settings.ts. */
export const objectives = {
  'nt-xent': {
    numbers: ['temperature'],
    locals: true,
    loss(projections, { temperature }) {
      const { z, views, locals, mix } = projections
      if (mix !== undefined) {
        const [queries, keys] = tf.split(z, 2) as tf.Tensor2D[]
        return iMixLoss(queries, keys, { ...mix, temperature })
      }
      return locals === undefined
        ? ntXentLoss(z, { views, temperature, decoupled: false })
        : multiCropLoss(projections, inOrder(z.shape[0] / views), { temperature })
    },
    overRanks: ({ z, views, locals, mix }, { temperature }, ranks) =>
      locals === undefined && mix === undefined
        ? ntXentLossOverRanks(tf.split(z, views), ranks, { temperature, decoupled: false })
        : undefined,
    indifferent: size => (size.mixed ? Math.log(size.batchSize) : othersTied(size)),
    // With more views the others of a sample stand among the keys, and are no draws of their own; a mixed query has two
    // right keys.
    candidates: ({ views, locals = 0, batchSize, mixed }) =>
      views === 2 && locals === 0 && !mixed ? 2 * batchSize - 1 : undefined,
  },
  // It leaves the right key out of its denominator, and bounds nothing.
  decoupled: {
    numbers: ['temperature'],
    loss: ({ z, views }, { temperature }) => ntXentLoss(z, { views, temperature, decoupled: true }),
    overRanks: ({ z, views }, { temperature }, ranks) =>
      ntXentLossOverRanks(tf.split(z, views), ranks, { temperature, decoupled: true }),
    indifferent: ({ views, batchSize }) => Math.log(views * (batchSize - 1)),
  },
  moco: {
    numbers: ['temperature', 'queue', 'momentum'],
    loss: mocoLoss,
    overRanks: mocoOverRanks,
    indifferent: (_, { queue = 0 }) => Math.log(queue + 1),
    candidates: (_, { queue = 0 }) => queue + 1,
  },
  debiased: {
    numbers: ['temperature', 'prior'],
    loss: ({ z, views }, { temperature, prior: tauPlus }) =>
      debiasedContrastiveLoss(z, { views, temperature, tauPlus }),
    indifferent: ({ views, batchSize }) => Math.log1p(views * (batchSize - 1)),
  },
  'hard-negative': {
    numbers: ['temperature', 'prior', 'concentration'],
    loss: ({ z, views }, { temperature, prior: tauPlus, concentration: beta }) =>
      hardNegativeContrastiveLoss(z, { views, temperature, tauPlus, beta }),
    indifferent: ({ views, batchSize }) => Math.log1p(views * (batchSize - 1)),
  },
  supcon: {
    numbers: ['temperature'],
    classes: true,
    locals: true,
    loss(projections, { temperature }) {
      const { z, views, locals, classes = new Int32Array() } = projections
      if (locals !== undefined) return multiCropLoss(projections, classes, { temperature })
      const ofRows = Int32Array.from(
        { length: views * classes.length },
        (_, row) => classes[row % classes.length],
      )
      return supConLoss(z, ofRows, { temperature })
    },
    indifferent: othersTied,
  },
  vicreg: {
    numbers: ['invarianceWeight', 'varianceWeight', 'covarianceWeight'],
    locals: true,
    loss: (projections, weights) => overPairs(projections, (x, y) => vicRegLoss(x, y, weights)),
    // The hinge of a deviation of √1e-4.
    indifferent: (_, { varianceWeight = 0 }) => 0.99 * varianceWeight,
  },
  'barlow-twins': {
    numbers: ['offDiagonalWeight'],
    locals: true,
    loss: (projections, { offDiagonalWeight }) =>
      overPairs(projections, (x, y) => barlowTwinsLoss(x, y, { offDiagonalWeight })),
    // A constant feature costs 1.
    indifferent: ({ dimension }) => dimension,
  },
  'align-uniform': {
    numbers: ['uniformityWeight'],
    locals: true,
    // Wang and Isola 2020: uniformity is the mean of that of each view.
    loss: (projections, { uniformityWeight = 1 }) =>
      overPairs(projections, (x, y) =>
        tf.add(alignment(x, y), tf.mul(tf.add(uniformity(x), uniformity(y)), uniformityWeight / 2)),
      ),
    indifferent: () => 0,
  },
} as const satisfies Readonly<Record<string, Objective>>

export type ObjectiveName = keyof typeof objectives

export const objectiveNames = Object.keys(objectives) as [ObjectiveName, ...ObjectiveName[]]

export function objectiveNamed(name: ObjectiveName): Objective {
  return objectives[name]
}

/** The losses that a number belongs to. */
export function objectivesWith(number: keyof ObjectiveNumbers): ObjectiveName[] {
  return objectiveNames.filter(name => objectiveNamed(name).numbers.includes(number))
}
