import {
  type Communicator,
  clipLossOverRanks,
  infoNceLossOverRanks,
  siglipLossOverRanks,
} from '@chiaro/distributed'
import { clipLoss, infoNceLoss, siglipLoss } from '@chiaro/objectives'
import type * as tf from '@tensorflow/tfjs-core'

/** How a batch of n pairs is learned from. */
export interface ClipObjective {
  /** Of image row i and text row i, in nats. */
  readonly loss: (image: tf.Tensor2D, text: tf.Tensor2D, logits: Logits) => tf.Scalar
  /** This rank's share of the loss of the pairs of all; image and text are its own. */
  readonly overRanks: (
    image: tf.Tensor2D,
    text: tf.Tensor2D,
    logits: Logits,
    ranks: Communicator,
  ) => tf.Scalar
  /** The multiplier of cosines at first, and the largest that a learned one becomes. */
  readonly scale: { readonly initial: number; readonly maximum: number }
  /** The loss of logits that are all alike, at their best. */
  readonly indifferent: (n: number) => number
  /** How many the right partner is told from, itself among them, where the loss bounds their mutual information. */
  readonly candidates?: (n: number) => number
}

/** How cosines become logits. */
export interface Logits {
  readonly logitScale: number | tf.Scalar
  /** Where the objective has one. */
  readonly logitBias?: tf.Scalar
}

/** Radford et al. 2021: t starts at ln(1/0.07), and logits are never scaled by more than 100. */
const scaleOfClip = { initial: 1 / 0.07, maximum: 100 }

/** The right partner among n: log n, whichever way one asks. */
const ofRanking = {
  scale: scaleOfClip,
  indifferent: (n: number) => Math.log(n),
  candidates: (n: number) => n,
}

/** The losses of pairs, by name. */
export const clipObjectives = {
  clip: {
    loss: (image, text, { logitScale }) => clipLoss(image, text, { logitScale }),
    overRanks: (image, text, { logitScale }, ranks) => clipLossOverRanks(image, text, ranks, { logitScale }),
    ...ofRanking,
  },
  siglip: {
    loss: (image, text, { logitScale, logitBias }) => siglipLoss(image, text, { logitScale, logitBias }),
    overRanks: (image, text, { logitScale, logitBias }, ranks) =>
      siglipLossOverRanks(image, text, ranks, { logitScale, logitBias }),
    // Zhai et al. 2023 start at 10 and set no bound: this one is for float32, whose exponential ends at 88.
    scale: { initial: 10, maximum: 1000 },
    // Every pair is judged alone: σ(z) = 1/n is the best that one z for all can do.
    indifferent: n => (n > 1 ? Math.log(n) + (n - 1) * Math.log(n / (n - 1)) : 0),
  },
  'image-to-text': {
    loss: (image, text, { logitScale }) => infoNceLoss(image, text, { logitScale }),
    overRanks: (image, text, { logitScale }, ranks) =>
      infoNceLossOverRanks(image, text, ranks, { logitScale }),
    ...ofRanking,
  },
  'text-to-image': {
    loss: (image, text, { logitScale }) => infoNceLoss(text, image, { logitScale }),
    overRanks: (image, text, { logitScale }, ranks) =>
      infoNceLossOverRanks(text, image, ranks, { logitScale }),
    ...ofRanking,
  },
} satisfies Record<string, ClipObjective>

export type ClipObjectiveName = keyof typeof clipObjectives

export const clipObjectiveNames = Object.keys(clipObjectives) as [ClipObjectiveName, ...ClipObjectiveName[]]

/** An objective by its name; runs of before there were several have none, and CLIP's. */
export function clipObjective(name: ClipObjectiveName = 'clip'): ClipObjective {
  return clipObjectives[name]
}
