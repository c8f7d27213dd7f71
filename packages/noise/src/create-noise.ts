import { checkOneOf } from '@chiaro/core'
import { categoricalNoise } from './categorical-noise.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { kernelDensityNoise } from './kernel-density-noise.ts'
import { laplaceNoise } from './laplace-noise.ts'
import { learnedUnigramNoise } from './learned-unigram-noise.ts'
import { logUniformNoise } from './log-uniform-noise.ts'
import { mixtureNoise } from './mixture-noise.ts'
import type { Noise } from './noise.ts'
import type { NoiseSpec } from './noise-spec.ts'
import { oneHotNoise } from './one-hot-noise.ts'
import { productNoise } from './product-noise.ts'
import { studentTNoise } from './student-t-noise.ts'
import { uniformNoise } from './uniform-noise.ts'
import { unigramNoise } from './unigram-noise.ts'

const kinds = [
  ...['gaussian', 'uniform', 'laplace', 'studentT', 'mixture', 'kernelDensity', 'product'],
  ...['oneHot', 'categorical', 'logUniform', 'unigram', 'learnedUnigram'],
]

/**
 * Makes the noise a spec describes; a noise's own `spec` gives back the same noise.
 *
 * @throws RangeError for an unknown kind, and what the constructor throws
 *
 * @example
 * ```ts
 * import { createNoise, laplaceNoise } from '@chiaro/noise'
 *
 * const kept = JSON.stringify(laplaceNoise({ mean: [0], scale: [1] }).spec)
 * const again = createNoise(JSON.parse(kept))
 * console.log(again.spec.kind) // 'laplace'
 * ```
 */
export function createNoise(spec: NoiseSpec): Noise {
  checkOneOf('createNoise', { 'spec.kind': spec.kind }, kinds)
  switch (spec.kind) {
    case 'gaussian':
      return gaussianNoise(spec)
    case 'uniform':
      return uniformNoise(spec)
    case 'laplace':
      return laplaceNoise(spec)
    case 'studentT':
      return studentTNoise(spec)
    case 'mixture':
      return mixtureNoise(spec.components.map(createNoise), spec.weights)
    case 'kernelDensity':
      return kernelDensityNoise(spec.points, { bandwidth: spec.bandwidth })
    case 'product':
      return productNoise(spec.blocks.map(createNoise))
    case 'oneHot':
      return oneHotNoise(spec)
    case 'categorical':
      return categoricalNoise(spec)
    case 'logUniform':
      return logUniformNoise(spec)
    case 'unigram':
      return unigramNoise(spec)
    case 'learnedUnigram':
      return learnedUnigramNoise(spec)
  }
}
