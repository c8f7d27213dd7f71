import type { NoiseDistribution } from '@chiaro/core'
import type { NoiseSpec } from './noise-spec.ts'

/** A noise distribution that can be written down: `createNoise(JSON.parse(JSON.stringify(noise.spec)))` is the same. */
export interface Noise<S extends NoiseSpec = NoiseSpec> extends NoiseDistribution {
  readonly spec: S
}
