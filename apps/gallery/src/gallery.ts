import type { Example } from './beside.ts'
import { energyBasedModel } from './notes/1.01-energy-based-model.ts'
import { partitionFunction } from './notes/1.02-partition-function.ts'
import { binaryNce } from './notes/1.03-binary-nce.ts'
import { stationarity } from './notes/1.04-stationarity.ts'
import { optimalDiscriminator } from './notes/1.05-optimal-discriminator.ts'
import { noiseRatio } from './notes/1.06-noise-ratio.ts'
import { learnedLogPartition } from './notes/1.07-learned-log-partition.ts'
import { discriminatorOfDensities } from './notes/1.08-discriminator-of-densities.ts'
import { rankingPosterior } from './notes/1.09-ranking-posterior.ts'
import { rankingPosteriorLearned } from './notes/1.10-ranking-posterior-learned.ts'
import { rankingModel } from './notes/1.11-ranking-model.ts'
import { rankingNce } from './notes/1.12-ranking-nce.ts'
import { rankingConsistency } from './notes/1.13-ranking-consistency.ts'
import { critic } from './notes/1.14-critic.ts'
import { separableCriticExample } from './notes/1.15-separable-critic.ts'
import { ntXent } from './notes/1.16-nt-xent.ts'
import { textToImage } from './notes/1.17-text-to-image.ts'
import { textToImageGradient } from './notes/1.18-text-to-image-gradient.ts'
import { imageToText } from './notes/1.19-image-to-text.ts'
import { clip } from './notes/1.20-clip.ts'

/** The lecture notes' equations in order, each with its example. */
export const gallery: readonly Example[] = [
  energyBasedModel,
  partitionFunction,
  binaryNce,
  stationarity,
  optimalDiscriminator,
  noiseRatio,
  learnedLogPartition,
  discriminatorOfDensities,
  rankingPosterior,
  rankingPosteriorLearned,
  rankingModel,
  rankingNce,
  rankingConsistency,
  critic,
  separableCriticExample,
  ntXent,
  textToImage,
  textToImageGradient,
  imageToText,
  clip,
]
