import {
  alignment,
  barlowTwinsLoss,
  debiasedContrastiveLoss,
  hardNegativeContrastiveLoss,
  ntXentLoss,
  supConLoss,
  uniformity,
  vicRegLoss,
} from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import { type LossSize, mocoLoss, type Objective, type ObjectiveNumbers, overPairs } from './objective.ts'

/** Every other row but the anchor's own is as near as the positive. */
const othersTied = ({ views, batchSize }: LossSize) => Math.log(views * batchSize - 1)

/** Every loss of representations. A new one is an entry; what it is told is in settings.ts. */
export const objectives = {
  'nt-xent': {
    numbers: ['temperature'],
    loss: ({ z, views }, { temperature }) => ntXentLoss(z, { views, temperature, decoupled: false }),
    indifferent: othersTied,
    // With more views the others of a sample stand among the keys, and are no draws of their own.
    candidates: ({ views, batchSize }) => (views === 2 ? 2 * batchSize - 1 : undefined),
  },
  // It leaves the right key out of its denominator, and bounds nothing.
  decoupled: {
    numbers: ['temperature'],
    loss: ({ z, views }, { temperature }) => ntXentLoss(z, { views, temperature, decoupled: true }),
    indifferent: ({ views, batchSize }) => Math.log(views * (batchSize - 1)),
  },
  moco: {
    numbers: ['temperature', 'queue', 'momentum'],
    loss: mocoLoss,
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
    loss({ z, views, classes = new Int32Array() }, { temperature }) {
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
    loss: (projections, weights) => overPairs(projections, (x, y) => vicRegLoss(x, y, weights)),
    // The hinge of a deviation of √1e-4.
    indifferent: (_, { varianceWeight = 0 }) => 0.99 * varianceWeight,
  },
  'barlow-twins': {
    numbers: ['offDiagonalWeight'],
    loss: (projections, { offDiagonalWeight }) =>
      overPairs(projections, (x, y) => barlowTwinsLoss(x, y, { offDiagonalWeight })),
    // A constant feature costs 1.
    indifferent: ({ dimension }) => dimension,
  },
  'align-uniform': {
    numbers: ['uniformityWeight'],
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
