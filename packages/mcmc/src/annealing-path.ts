import { checkInteger, type NoiseDistribution, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Energy, energyOf } from './chain-state.ts'

/** What annealing and tempering need of a distribution whose density is known. */
export type Base = Pick<NoiseDistribution, 'sample' | 'logProb'>

/** −log base. */
export function baseEnergy(base: Base): Energy {
  return x => tf.neg(base.logProb(x)) as tf.Tensor1D
}

/** E_β = (1 − β)(−log base) + β energy, β one number or one a chain. */
export function energyBetween(where: string, energy: Energy, base: Base, beta: number | tf.Tensor1D): Energy {
  return x => tf.add(tf.mul(energyOf(where, energy, x), beta), tf.mul(base.logProb(x), tf.sub(beta, 1)))
}

/** Inverse temperatures that rise from 0 to 1, as given or evenly spaced. */
export function scheduleOf(where: string, temperatures: number | readonly number[]): readonly number[] {
  if (typeof temperatures === 'number') {
    checkInteger(where, { temperatures }, { least: 1 })
    return Array.from({ length: temperatures + 1 }, (_, k) => k / temperatures)
  }
  const rising = temperatures.every((beta, k) => k === 0 || beta > temperatures[k - 1])
  if (rising && temperatures.length > 1 && temperatures[0] === 0 && temperatures.at(-1) === 1)
    return temperatures
  throw rangeError(where, 'temperatures', 'numbers rising from 0 to 1', `[${temperatures.join(', ')}]`)
}
