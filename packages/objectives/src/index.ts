export { type BinaryNceOptions, binaryNceLoss } from './binary-nce.ts'
export { type ClipLossOptions, clipLoss } from './clip.ts'
export { type ConditionalNceOptions, conditionalNceLoss } from './conditional-nce.ts'
export { type ContrastiveDivergenceOptions, contrastiveDivergenceLoss } from './contrastive-divergence.ts'
export { type DenoisingScoreMatchingOptions, denoisingScoreMatchingLoss } from './denoising-score-matching.ts'
export { type EnceOptions, enceLoss } from './ence.ts'
export { type InfoNceOptions, infoNceLoss } from './info-nce.ts'
export { type MutualInformationOptions, mutualInformationBound } from './mutual-information.ts'
export {
  type MutualInformationReport,
  type MutualInformationReportOptions,
  mutualInformationReport,
} from './mutual-information-report.ts'
export { type NtXentOptions, ntXentLoss } from './nt-xent.ts'
export type { Positives } from './positives.ts'
export { type RankingNceOptions, rankingNceLoss } from './ranking-nce.ts'
export type { Reduced, Reduction } from './reduction.ts'
export type { ScaleOptions } from './scale.ts'
export type { EnergyFunction } from './score.ts'
export { type ScoreMatchingOptions, scoreMatchingLoss } from './score-matching.ts'
export { type SlicedScoreMatchingOptions, slicedScoreMatchingLoss } from './sliced-score-matching.ts'
export { type BridgeLogRatios, telescopedLogRatio, telescopingLoss } from './telescoping.ts'
export { waymarks } from './waymarks.ts'
