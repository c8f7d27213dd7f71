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
import { foldIn } from '@chiaro/random'
import type { Rows } from '../rows/encoded-rows.ts'
import { overRows } from '../rows/over-rows.ts'
import { type ChainDiagnostics, chainDiagnostics } from './chain-diagnostics.ts'
import { type IndependentLogPartition, logPartitionsOf } from './log-partition.ts'
import type { DensityModel } from './model.ts'
import { objectiveNamed } from './objectives/objectives.ts'

export interface DensityReport {
  readonly objective: string
  /**
   * Mean log-density of held-out rows in nats, in the table's own units, with the independent log Z; absent where that
   * cannot be believed.
   */
  readonly logLikelihood?: HeldOutLogLikelihood
  /** The same of the noise by itself: what the energy has to add to. */
  readonly noiseLogLikelihood: HeldOutLogLikelihood
  /** Held-out rows that the noise can't draw: of density 0, and left out of the means. */
  readonly impossibleRows: number
  readonly logPartition: {
    /** What training learned, of objectives that do; the standard error is that of NCE with these rows. */
    readonly learned?: { readonly logPartition: number; readonly standardError: number }
    /** In closed form, of energies that have one. */
    readonly exact?: number
    /** The best that is found without training, and how. */
    readonly independent: IndependentLogPartition
    /** By importance sampling from the noise. */
    readonly importance: LogPartitionEstimate
    /** Why the independent one cannot be believed. */
    readonly doubt?: string
    readonly comparison?: LogPartitionComparison
  }
  /** Of objectives that learn by chains: whether chains that run by the model mix. */
  readonly chains?: ChainDiagnostics & { readonly chains: number; readonly steps: number }
  readonly adequacy: NoiseAdequacy
}

const chainsOfReport = { chains: 32, warmup: 200, steps: 500 }

/** What a trained model is worth on rows that nothing learned from, and whether its log Z can be believed. */
export async function reportDensity(
  model: DensityModel,
  heldOut: Rows,
  key: RandomKey,
): Promise<DensityReport> {
  const { kind } = model.config.objective
  const { learnsLogPartition, chainsFrom } = objectiveNamed(kind)
  const { logWeights: ofNoise, ...found } = await logPartitionsOf(model, key)
  const { independent, doubt } = found
  const ofData = await overRows(heldOut, model.logWeight)
  const byNoise = await overRows(heldOut, x => model.noise.logProb(x))
  const possible = (_: number, i: number) => byNoise[i] > Number.NEGATIVE_INFINITY
  const [weights, noiseDensities] = [ofData.filter(possible), byNoise.filter(possible)]
  if (weights.length < 2) {
    throw new ChiaroError('data', 'density: held-out rows must be ones that the noise can draw, got none')
  }
  const learned = learnsLogPartition
    ? {
        logPartition: (await model.density.logPartition.data())[0],
        standardError: bridgeLogPartition(weights, ofNoise).standardError,
      }
    : undefined
  const { logPartition } = learned ?? independent
  const { logJacobian } = tableLayout(model.config.encoding)
  const logLikelihood = () =>
    heldOutLogLikelihood(
      weights.map((weight, i) => weight + noiseDensities[i] - independent.logPartition),
      { logJacobian, logPartitionStandardError: independent.standardError },
    )
  return {
    objective: kind,
    ...(doubt === undefined && { logLikelihood: logLikelihood() }),
    noiseLogLikelihood: heldOutLogLikelihood(noiseDensities, { logJacobian }),
    impossibleRows: heldOut.count - weights.length,
    logPartition: {
      ...found,
      ...(learned && { learned, comparison: compareLogPartitions({ learned, independent }) }),
    },
    ...(chainsFrom && { chains: await chainsOf(model, foldIn(key, 9)) }),
    adequacy: await noiseAdequacy(
      weights.map(weight => weight - logPartition),
      ofNoise.map(weight => weight - logPartition),
      { noiseRatio: model.config.objective.noiseRatio ?? 1 },
    ),
  }
}

async function chainsOf(model: DensityModel, key: RandomKey): Promise<DensityReport['chains']> {
  const { chains, steps } = chainsOfReport
  const found = await chainDiagnostics(model, { ...chainsOfReport, noise: model.noise, key })
  return { chains, steps, ...found }
}
