export { type AccidentalHits, accidentalHits } from './accidental-hits.ts'
export type { NoiseVerdict } from './adequacy-verdict.ts'
export {
  type CategoricalNoiseOptions,
  type CategoricalNoiseSpec,
  categoricalNoise,
} from './categorical-noise.ts'
export { createNoise } from './create-noise.ts'
export { empiricalMarginal, type NoiseSampler } from './empirical-marginal.ts'
export { expectedUniqueCounts } from './expected-unique-counts.ts'
export { type FitCategoricalNoiseOptions, fitCategoricalNoise } from './fit-categorical-noise.ts'
export { type FitGaussianNoiseOptions, fitGaussianNoise } from './fit-gaussian-noise.ts'
export { fitKernelDensityNoise } from './fit-kernel-density-noise.ts'
export { type FitLaplaceNoiseOptions, fitLaplaceNoise } from './fit-laplace-noise.ts'
export { type FitMixtureNoiseOptions, fitMixtureNoise } from './fit-mixture-noise.ts'
export { type FitOneHotNoiseOptions, fitOneHotNoise } from './fit-one-hot-noise.ts'
export { type FitStudentTNoiseOptions, fitStudentTNoise } from './fit-student-t-noise.ts'
export { type FitUniformNoiseOptions, fitUniformNoise } from './fit-uniform-noise.ts'
export { type GaussianNoiseOptions, type GaussianNoiseSpec, gaussianNoise } from './gaussian-noise.ts'
export type { IdentifierNoise } from './identifier-noise.ts'
export {
  type KernelDensityNoiseOptions,
  type KernelDensityNoiseSpec,
  kernelDensityNoise,
} from './kernel-density-noise.ts'
export { type LaplaceNoiseOptions, type LaplaceNoiseSpec, laplaceNoise } from './laplace-noise.ts'
export {
  type LearnedUnigramNoise,
  type LearnedUnigramNoiseOptions,
  type LearnedUnigramNoiseSpec,
  type LearnedUnigramState,
  learnedUnigramNoise,
} from './learned-unigram-noise.ts'
export {
  type LogUniformNoiseOptions,
  type LogUniformNoiseSpec,
  logUniformNoise,
} from './log-uniform-noise.ts'
export { type MixtureNoiseSpec, mixtureNoise } from './mixture-noise.ts'
export type { Noise } from './noise.ts'
export {
  type NoiseAdequacy,
  type NoiseAdequacyOptions,
  type NoiseFigures,
  noiseAdequacy,
} from './noise-adequacy.ts'
export type { NoiseSpec } from './noise-spec.ts'
export { type OneHotNoiseOptions, type OneHotNoiseSpec, oneHotNoise } from './one-hot-noise.ts'
export {
  type ConditionalNoise,
  type PerturbationNoiseOptions,
  perturbationNoise,
} from './perturbation-noise.ts'
export { type ProductNoiseSpec, productNoise } from './product-noise.ts'
export { sampleUnique, type UniqueSample } from './sample-unique.ts'
export { type SampledSoftmaxOptions, sampledSoftmaxLogits } from './sampled-softmax-logits.ts'
export { type ShuffleColumnsOptions, shuffleColumns } from './shuffle-columns.ts'
export { type StudentTNoiseOptions, type StudentTNoiseSpec, studentTNoise } from './student-t-noise.ts'
export { type UniformNoiseOptions, type UniformNoiseSpec, uniformNoise } from './uniform-noise.ts'
export { type UnigramNoiseOptions, type UnigramNoiseSpec, unigramNoise } from './unigram-noise.ts'
