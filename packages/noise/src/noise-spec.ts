import type { CategoricalNoiseSpec } from './categorical-noise.ts'
import type { GaussianNoiseSpec } from './gaussian-noise.ts'
import type { KernelDensityNoiseSpec } from './kernel-density-noise.ts'
import type { LaplaceNoiseSpec } from './laplace-noise.ts'
import type { LearnedUnigramNoiseSpec } from './learned-unigram-noise.ts'
import type { LogUniformNoiseSpec } from './log-uniform-noise.ts'
import type { MixtureNoiseSpec } from './mixture-noise.ts'
import type { OneHotNoiseSpec } from './one-hot-noise.ts'
import type { ProductNoiseSpec } from './product-noise.ts'
import type { StudentTNoiseSpec } from './student-t-noise.ts'
import type { UniformNoiseSpec } from './uniform-noise.ts'
import type { UnigramNoiseSpec } from './unigram-noise.ts'

/** A noise as plain JSON: its kind, and its constructor's options. What a run folder keeps. */
export type NoiseSpec =
  | GaussianNoiseSpec
  | UniformNoiseSpec
  | LaplaceNoiseSpec
  | StudentTNoiseSpec
  | MixtureNoiseSpec
  | KernelDensityNoiseSpec
  | ProductNoiseSpec
  | OneHotNoiseSpec
  | CategoricalNoiseSpec
  | LogUniformNoiseSpec
  | UnigramNoiseSpec
  | LearnedUnigramNoiseSpec
