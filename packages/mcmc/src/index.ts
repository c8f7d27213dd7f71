export { acceptance } from './acceptance.ts'
export type { MetropolisOptions } from './adapted-chains.ts'
export { annealedImportanceSampling, type PartitionEstimate } from './annealed-importance-sampling.ts'
export type {
  AnnealedImportanceSamplingOptions,
  AnnealingKernel,
  AnnealingMove,
  AnnealingOptions,
  AnnealingProgress,
} from './annealing-options.ts'
export type { Base } from './annealing-path.ts'
export type { ChainDraws } from './chain-draws.ts'
export type { Moved } from './chain-loop.ts'
export type { ChainOptions, ChainProgress } from './chain-options.ts'
export { type ChainState, chainState, type Energy } from './chain-state.ts'
export { type ChainSummary, chainSummary } from './chain-summary.ts'
export { adaptStepSize, type StepSizeAdaptation } from './dual-averaging.ts'
export { type EffectiveSampleSizeOptions, effectiveSampleSize } from './effective-sample-size.ts'
export { type HamiltonianOptions, hamiltonian } from './hamiltonian.ts'
export {
  type HamiltonianStepOptions,
  hamiltonianStep,
  type MetropolisStepInfo,
  type TrajectoryOptions,
} from './hamiltonian-step.ts'
export {
  type Dynamics,
  type Integrator,
  minimalNorm,
  type PhasePoint,
  velocityVerlet,
} from './integrator.ts'
export {
  type LangevinChains,
  type LangevinInfo,
  type LangevinOptions,
  langevin,
  type NonFiniteChain,
} from './langevin.ts'
export { type LangevinStepInfo, type LangevinStepOptions, langevinStep } from './langevin-step.ts'
export { denseMass, diagonalMass, type Mass } from './mass.ts'
export type { MetropolisChains, MetropolisInfo } from './metropolis-chains.ts'
export { type MetropolisLangevinOptions, metropolisLangevin } from './metropolis-langevin.ts'
export { type MetropolisLangevinStepOptions, metropolisLangevinStep } from './metropolis-langevin-step.ts'
export { type NoUTurnChains, type NoUTurnInfo, type NoUTurnOptions, noUTurn } from './no-u-turn.ts'
export { type NoUTurnStepInfo, type NoUTurnStepOptions, noUTurnStep } from './no-u-turn-step.ts'
export { parallelTempering, type TemperedChains, type TemperingInfo } from './parallel-tempering.ts'
export { rHat } from './r-hat.ts'
export {
  type ReplayBuffer,
  type ReplayBufferOptions,
  replayBuffer,
  type TakenChains,
} from './replay-buffer.ts'
export { type DensityEstimate, type ReverseAnnealingOptions, reverseAnnealing } from './reverse-annealing.ts'
export type { Chains } from './run-chains.ts'
export { type ShortLangevinOptions, shortLangevin } from './short-langevin.ts'
export type { ParallelTemperingOptions } from './tempering-options.ts'
