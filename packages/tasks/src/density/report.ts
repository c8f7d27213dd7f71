import { ChiaroError, type RandomKey } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import {
  bridgeLogPartition,
  compareLogPartitions,
  type HeldOutLogLikelihood,
  heldOutLogLikelihood,
  type LogPartitionComparison,
  type LogPartitionEstimate,
} from '@chiaro/evaluate'
import { type NoiseAdequacy, noiseAdequacy } from '@chiaro/noise'
import { independentLogPartition } from './log-partition.ts'
import { type DensityModel, overRows } from './model.ts'
import type { Rows } from './parts.ts'

export interface DensityReport {
  /** Mean log-density of held-out rows in nats, in the table's own units, with the independent log Z. */
  readonly logLikelihood: HeldOutLogLikelihood
  /** The same of the noise by itself: what the network has to add to. */
  readonly noiseLogLikelihood: HeldOutLogLikelihood
  /** Held-out rows that the noise can't draw: of density 0, and left out of the means. */
  readonly impossibleRows: number
  readonly logPartition: {
    /** What training learned; the standard error is that of NCE with these rows. */
    readonly learned: { readonly logPartition: number; readonly standardError: number }
    readonly independent: LogPartitionEstimate
    readonly comparison: LogPartitionComparison
  }
  readonly adequacy: NoiseAdequacy
}

/** What a trained model is worth on rows that nothing learned from, and whether its log Z can be believed. */
export async function reportDensity(
  model: DensityModel,
  heldOut: Rows,
  key: RandomKey,
): Promise<DensityReport> {
  const { values, width } = heldOut
  const { logWeights: ofNoise, independent } = await independentLogPartition(model, key)
  const ofData = await overRows(values, width, model.logWeight)
  const byNoise = await overRows(values, width, x => model.noise.logProb(x))
  const possible = (_: number, i: number) => byNoise[i] > Number.NEGATIVE_INFINITY
  const [weights, noiseDensities] = [ofData.filter(possible), byNoise.filter(possible)]
  if (weights.length < 2) {
    throw new ChiaroError('data', 'density: held-out rows must be ones that the noise can draw, got none')
  }
  const logPartition = (await model.density.logPartition.data())[0]
  const { standardError } = bridgeLogPartition(weights, ofNoise)
  const learned = { logPartition, standardError }
  const { logJacobian } = tableLayout(model.config.encoding)
  return {
    logLikelihood: heldOutLogLikelihood(
      weights.map((weight, i) => weight + noiseDensities[i] - independent.logPartition),
      { logJacobian, logPartitionStandardError: independent.standardError },
    ),
    noiseLogLikelihood: heldOutLogLikelihood(noiseDensities, { logJacobian }),
    impossibleRows: heldOut.count - weights.length,
    logPartition: { learned, independent, comparison: compareLogPartitions({ learned, independent }) },
    adequacy: await noiseAdequacy(
      weights.map(weight => weight - logPartition),
      ofNoise.map(weight => weight - logPartition),
      { noiseRatio: model.config.training.noiseRatio },
    ),
  }
}
