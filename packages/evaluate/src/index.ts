export { auroc, aurocWithInterval } from './auroc.ts'
export { averagePrecision, averagePrecisionWithInterval } from './average-precision.ts'
export { type BalancedRowsOptions, balancedRows } from './balanced-rows.ts'
export type { IntervalMethod, IntervalOptions, ScoredInterval } from './bootstrap-interval.ts'
export {
  type BothDirections,
  type BothDirectionsOptions,
  type BothDirectionsResult,
  bothDirections,
} from './both-directions.ts'
export {
  type BridgeLogPartitionEstimate,
  type BridgeLogPartitionOptions,
  bridgeLogPartition,
} from './bridge-log-partition.ts'
export { chanceOfHit } from './chance.ts'
export {
  type ClassificationReport,
  type ClassReport,
  classificationReport,
} from './classification-report.ts'
export {
  type ComparedLogPartition,
  type CompareLogPartitionsOptions,
  compareLogPartitions,
  type LogPartitionComparison,
} from './compare-log-partitions.ts'
export { type EffectiveRankOptions, effectiveRank } from './effective-rank.ts'
export type { GridOptions } from './grid.ts'
export { type GridLogPartition, gridKl, gridLogPartition } from './grid-log-partition.ts'
export {
  type HeldOutLogLikelihood,
  type HeldOutLogLikelihoodOptions,
  heldOutLogLikelihood,
} from './held-out-log-likelihood.ts'
export {
  type ImportanceLogPartitionOptions,
  importanceLogPartition,
  logPartitionFromWeights,
} from './importance-log-partition.ts'
export { fitLinearProbe, type LinearProbe, type LinearProbeOptions } from './linear-probe.ts'
export type { LogPartitionEstimate } from './log-partition-estimate.ts'
export { type MeanInterval, meanWithInterval } from './mean-interval.ts'
export { type MeanOfQueries, meanOfQueries } from './mean-of-queries.ts'
export { type NearestNeighboursOptions, nearestNeighbours } from './nearest-neighbours.ts'
export {
  type ComparedRows,
  type FoundRow,
  type NearestRowsOptions,
  nearestRows,
  type RowBlock,
} from './nearest-rows.ts'
export { neighbourRecall } from './neighbour-recall.ts'
export type { Relevant } from './relevant.ts'
export {
  type Recalls,
  type RetrievalOptions,
  type RetrievalResult,
  retrievalRecall,
} from './retrieval-recall.ts'
export { unanimousInterval } from './unanimous-interval.ts'
export { type ZeroShotResult, zeroShot } from './zero-shot.ts'
