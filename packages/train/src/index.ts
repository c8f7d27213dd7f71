export { type AdamWOptions, adamW } from './adamw.ts'
export type { Best, Checkpoint, CheckpointState } from './checkpoint.ts'
export { type EmbedInChunksOptions, embedInChunks } from './embed-in-chunks.ts'
export {
  type ExponentialMovingAverage,
  type ExponentialMovingAverageOptions,
  exponentialMovingAverage,
} from './exponential-moving-average.ts'
export { fit } from './fit.ts'
export type {
  Batches,
  Checkpoints,
  FitOptions,
  FitStep,
  LossOfStep,
  StepContext,
  Validation,
  ValidationContext,
} from './fit-options.ts'
export { assignTensors, type HostTensor, type HostTensors, readTensors, toTensor } from './host-tensors.ts'
export { type LarsOptions, lars } from './lars.ts'
export { layerwiseRates } from './layerwise-rates.ts'
export {
  type LearnedLogitScale,
  type LearnedLogitScaleOptions,
  learnedLogitScale,
} from './learned-logit-scale.ts'
export type { LossResult, Metrics } from './loss-and-gradients.ts'
export {
  type KeysOptions,
  type MomentumContrast,
  type MomentumContrastOptions,
  momentumContrast,
} from './momentum-contrast.ts'
export type { Optimizer, RateFactor, Tensors, UpdateOptions } from './optimizer.ts'
export { type Replayed, replayed } from './replay/replayed.ts'
export type { LatestCheckpoints } from './run/checkpoint-files.ts'
export { changedData, digest } from './run/fingerprint.ts'
export { decodeRun, encodeRun, type ReadRun, type SavedRun } from './run/run-codec.ts'
export { type DataFingerprint, type NewRun, type RunInfo, runSchemaVersion } from './run/run-info.ts'
export { packRun, type UnpackRunOptions, unpackRun } from './run/run-zip.ts'
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.ts'
export { constant, type Schedule, type WarmupCosineOptions, warmupCosine } from './schedules.ts'
export { type SgdOptions, sgd } from './sgd.ts'
export { type DecayPredicate, decaysByDefault } from './weight-decay.ts'
