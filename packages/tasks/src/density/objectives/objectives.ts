import type { LossResult } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { binaryNce } from './binary-nce.ts'
import { cd } from './cd.ts'
import { conditionalNce } from './conditional-nce.ts'
import { denoising } from './denoising.ts'
import { ence } from './ence.ts'
import type {
  LossContext,
  Objective,
  ObjectiveNumbers,
  SeenDensity,
  WithBridges,
  WithNegatives,
} from './objective.ts'
import { pcd } from './pcd.ts'
import { rankingNce } from './ranking-nce.ts'
import { scoreMatching } from './score-matching.ts'
import { sliced } from './sliced.ts'
import { telescoping } from './telescoping.ts'

/** Every objective of a density. A new one is a file here, and a line. */
const objectives = {
  'binary-nce': binaryNce,
  'ranking-nce': rankingNce,
  'conditional-nce': conditionalNce,
  ence,
  telescoping,
  cd,
  pcd,
  'score-matching': scoreMatching,
  sliced,
  denoising,
}

export type ObjectiveName = keyof typeof objectives

export const objectiveNames = Object.keys(objectives) as [ObjectiveName, ...ObjectiveName[]]

/** An objective among others: it is given what settings belong to it, and shown what it looks at. */
export interface AnyObjective
  extends Omit<Objective<keyof ObjectiveNumbers>, 'indifferentLoss' | 'loss' | 'defaults'> {
  readonly defaults?: Partial<ObjectiveNumbers>
  indifferentLoss?(numbers: Partial<ObjectiveNumbers>): number
  loss(
    model: SeenDensity & Partial<WithNegatives & WithBridges>,
    x: tf.Tensor2D,
    context: LossContext & Partial<ObjectiveNumbers>,
  ): LossResult
}

/** An objective by its name. The one place where its own types are let go. */
export function objectiveNamed(name: ObjectiveName): AnyObjective {
  return objectives[name] as unknown as AnyObjective
}

/** The objectives that a setting belongs to. */
export function objectivesWith(setting: keyof ObjectiveNumbers): ObjectiveName[] {
  return objectiveNames.filter(name => objectiveNamed(name).needs.includes(setting))
}
