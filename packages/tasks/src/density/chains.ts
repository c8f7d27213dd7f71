import type { Buffers, EnergyModel, NoiseDistribution, RandomKey } from '@chiaro/core'
import { allGather, type Communicator, sumOverRanks } from '@chiaro/distributed'
import { chainState, metropolisLangevinStep, replayBuffer } from '@chiaro/mcmc'
import { stopGradient } from '@chiaro/ops'
import { foldIn, split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { partOf, shareOf } from '../over-ranks.ts'
import type { MadeEnergy } from './energies/energy-kind.ts'
import type { WithNegatives } from './objectives/objective.ts'
import type { StoredObjective } from './stored-parts.ts'

/** Chains that make a model's negatives while it learns; what they keep from step to step is in checkpoints. */
export interface TrainingChains extends WithNegatives {
  readonly buffers: Buffers
}

/** What moves chains: an energy, or a sampler of its own. */
export type Moving = Pick<EnergyModel, 'energy'> & Pick<MadeEnergy, 'gibbsStep'>

export interface TrainingChainsOptions {
  readonly objective: StoredObjective
  readonly from: 'data' | 'past'
  /** Where chains that live on begin. */
  readonly noise: NoiseDistribution
  readonly key: RandomKey
}

/** The acceptance that steps adapt to, the best in many dimensions, and how fast (in log ε a training step). */
const [targetAcceptance, rate] = [0.574, 0.2]

/** Chains of an objective: Metropolis-adjusted Langevin steps, or the energy's own. */
export function trainingChains(model: Moving, options: TrainingChainsOptions): TrainingChains {
  const { objective, from, noise, key } = options
  const { chainSteps: steps = 1, stepSize, chains: capacity = 1 } = objective
  const logStepSize = stepSize === undefined ? undefined : newVariable(Math.log(stepSize))
  const { gibbsStep } = model
  const moved = (start: tf.Tensor, moveKey: RandomKey, ranks?: Communicator) => {
    if (gibbsStep !== undefined) return { rows: gibbsMoves(gibbsStep, start, moveKey, { steps, ranks }) }
    return langevinMoves(model, start, moveKey, {
      steps,
      ranks,
      logStepSize: logStepSize as tf.Variable & tf.Scalar,
    })
  }
  const ofSteps: Buffers = logStepSize === undefined ? {} : { 'chains/logStepSize': logStepSize }
  if (from === 'data') return { buffers: ofSteps, negatives: moved }
  const replay = replayBuffer({
    capacity,
    eventShape: noise.eventShape,
    start: (startKey, count) => noise.sample(startKey, count),
    key,
  })
  const { chains, ages } = replay.buffers
  return {
    buffers: { ...ofSteps, 'chains/rows': chains, 'chains/ages': ages },
    negatives(x, stepKey, ranks) {
      const [takeKey, moveKey] = split(stepKey, 2)
      const taken = replay.take(takeKey, Math.min(x.shape[0], capacity))
      const negatives = moved(taken.samples, moveKey, ranks)
      replay.put(taken, negatives.rows)
      return negatives
    },
  }
}

function newVariable(value: number): tf.Variable & tf.Scalar {
  return tf.tidy(() => tf.variable(tf.scalar(value), false)) as tf.Variable & tf.Scalar
}

/** How chains move. */
interface Moves {
  readonly steps: number
  /** Where ranks train together: each moves its share of the chains, and has all of them afterwards. */
  readonly ranks?: Communicator
}

function gibbsMoves(
  step: NonNullable<MadeEnergy['gibbsStep']>,
  start: tf.Tensor,
  key: RandomKey,
  { steps, ranks }: Moves,
): tf.Tensor {
  return tf.tidy(() => {
    const { own, part, all } = shareOfChains(start, ranks)
    let rows = own
    for (let i = 1; i <= steps; i++) rows = step(foldIn(key, i), rows, part)
    return stopGradient(all(rows))
  })
}

/** Moves in units of the step, which is then 1 whatever a tensor says it is: nothing is read from the device. */
function langevinMoves(
  model: Moving,
  start: tf.Tensor,
  key: RandomKey,
  { steps, logStepSize, ranks }: Moves & { readonly logStepSize: tf.Variable & tf.Scalar },
) {
  const { rows, acceptance, next, stepSize } = tf.tidy(() => {
    const size = stopGradient(tf.exp(logStepSize))
    const energy = (at: tf.Tensor) => model.energy(tf.mul(at, size))
    const { own, part, all } = shareOfChains(start, ranks)
    let state = chainState(energy, tf.div(own, size))
    const acceptances: tf.Tensor[] = []
    for (let i = 1; i <= steps; i++) {
      const options = { stepSize: 1, ...part }
      const { state: moved, info } = metropolisLangevinStep(energy, state, foldIn(key, i), options)
      state = moved
      acceptances.push(tf.mean(info.acceptanceProbability))
    }
    const mean = meanOfAll(tf.mean(tf.stack(acceptances)), own.shape[0] / start.shape[0], ranks)
    return {
      rows: stopGradient(all(tf.mul(state.position, size))),
      acceptance: mean,
      next: tf.add(logStepSize, tf.mul(tf.sub(mean, targetAcceptance), rate)) as tf.Scalar,
      stepSize: size as tf.Scalar,
    }
  })
  logStepSize.assign(next)
  next.dispose()
  return { rows, metrics: { chainAcceptance: acceptance, stepSize } }
}

/** The chains that this rank moves, what they are among all, and how all are had again. */
function shareOfChains(start: tf.Tensor, ranks: Communicator | undefined) {
  const share = shareOf(start.shape[0], ranks)
  if (ranks === undefined || share === undefined) return { own: start, part: {}, all: (x: tf.Tensor) => x }
  return {
    own: tf.slice(start, [share.from], [share.to - share.from]),
    part: partOf(share),
    all: (x: tf.Tensor) => allGather(x, ranks),
  }
}

/** The mean over all chains of one over a rank's own, which are such a share of them. */
function meanOfAll(own: tf.Tensor, share: number, ranks: Communicator | undefined): tf.Scalar {
  return stopGradient(ranks === undefined ? own : sumOverRanks(tf.mul(own, share), ranks)) as tf.Scalar
}
