import { type NoiseDistribution, type RandomKey, yielding } from '@chiaro/core'
import { chainSummary, metropolisLangevin } from '@chiaro/mcmc'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Moving } from './chains.ts'

export interface ChainDiagnosticsOptions {
  readonly chains: number
  /** Steps that adapt the step size and are not kept, then steps that are. */
  readonly warmup: number
  readonly steps: number
  readonly key: RandomKey
  /** Where chains begin: wider than the data, so that R̂ sees whether they meet. */
  readonly noise: NoiseDistribution
}

/** Whether chains that run by a model mix: what its objective took for granted. */
export interface ChainDiagnostics {
  /** The share of Langevin proposals that were taken; Gibbs sampling takes all. */
  readonly acceptance?: number
  /** The largest of all columns'; absent where no column moves. */
  readonly rHat?: number
  /** The smallest of all columns'. */
  readonly effectiveSampleSize?: number
}

/** Chains of a model's own, from the noise on, by Metropolis-adjusted Langevin or Gibbs steps. */
export async function chainDiagnostics(
  model: Moving,
  options: ChainDiagnosticsOptions,
): Promise<ChainDiagnostics> {
  const { chains, key, noise } = options
  const start = tf.tidy(() => noise.sample(foldIn(key, 0), chains))
  const { draws, acceptance } = await (model.gibbsStep ? gibbsDraws : langevinDraws)(model, start, {
    ...options,
    key: foldIn(key, 1),
  }).finally(() => start.dispose())
  const { rHat, effectiveSampleSize } = await chainSummary(draws).finally(() => draws.dispose())
  const known = (values: Float64Array) => Array.from(values).filter(Number.isFinite)
  const [disagreements, worths] = [known(rHat), known(effectiveSampleSize)]
  return {
    ...(acceptance !== undefined && { acceptance }),
    ...(disagreements.length > 0 && { rHat: Math.max(...disagreements) }),
    ...(worths.length > 0 && { effectiveSampleSize: Math.min(...worths) }),
  }
}

interface Drawn {
  readonly draws: tf.Tensor
  readonly acceptance?: number
}

async function langevinDraws(
  model: Moving,
  start: tf.Tensor,
  { key, warmup, steps }: ChainDiagnosticsOptions,
): Promise<Drawn> {
  const options = { key, warmup, steps, thin: 1, stepSize: 0.1 }
  const { draws, info, state } = await metropolisLangevin(x => model.energy(x), start, options)
  tf.dispose(state)
  return { draws, acceptance: info.acceptance.reduce((sum, a) => sum + a, 0) / info.acceptance.length }
}

async function gibbsDraws(
  { gibbsStep }: Moving,
  start: tf.Tensor,
  { key, warmup, steps }: ChainDiagnosticsOptions,
): Promise<Drawn> {
  const kept: tf.Tensor[] = []
  const turn = yielding()
  let rows: tf.Tensor = tf.clone(start)
  try {
    for (let step = 1; step <= warmup + steps; step++) {
      await turn()
      const next = (gibbsStep as NonNullable<Moving['gibbsStep']>)(foldIn(key, step), rows)
      rows.dispose()
      rows = next
      if (step > warmup) kept.push(tf.clone(rows))
    }
    return { draws: tf.stack(kept) }
  } finally {
    tf.dispose([rows, kept])
  }
}
