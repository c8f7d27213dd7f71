import { adaptStepSize, type StepSizeAdaptation } from './dual-averaging.ts'
import { evenedLadder, interpolated } from './ladder.ts'
import type { Rungs } from './tempering-step.ts'
import { meanOf, type TemperingNumbers } from './tempering-tally.ts'

/** Temperatures and step sizes as they adapt. */
export interface TemperingWarmup {
  /** For the next step. */
  readonly rungs: Rungs
  /** The same after a step of the warm-up, counted from 1. */
  readonly next: (step: number, numbers: TemperingNumbers) => TemperingWarmup
}

export interface TemperingWarmupOptions {
  readonly warmup: number
  readonly targetAcceptance: number
  /** Whether temperatures move, not step sizes alone. */
  readonly ladderMoves: boolean
}

/** A ladder rests on fewer steps than this nowhere. */
const fewestSteps = 4

/**
 * Dual averaging of each temperature's step size, and in the first half of the warm-up `evenedLadder` by the swaps since the
 * last time, at a sixteenth, an eighth, a quarter and half of its length (rounds that double: Syed et al. 2022, algorithm
 * 3). Step sizes go along by the line of their logarithms over β, and adapt anew.
 */
export function temperingWarmup(rungs: Rungs, options: TemperingWarmupOptions): TemperingWarmup {
  const { warmup, targetAcceptance, ladderMoves } = options
  const moves = [16, 8, 4, 2].map(part => Math.floor(warmup / part)).filter(step => step >= fewestSteps)
  const begun = ({ betas, stepSizes }: Rungs): TemperingWarmup =>
    at(
      betas,
      stepSizes.map(stepSize => adaptStepSize(stepSize, targetAcceptance)),
      betas.slice(1).map(() => 0),
      0,
    )
  const at = (
    betas: readonly number[],
    adaptations: readonly StepSizeAdaptation[],
    rejections: readonly number[],
    steps: number,
  ): TemperingWarmup => ({
    rungs: { betas, stepSizes: adaptations.map(({ stepSize }) => stepSize) },
    next(step, { acceptance, swapProbability }) {
      const adapted = adaptations.map((adaptation, r) => adaptation.next(meanOf(acceptance[r])))
      const rejected = rejections.map((sum, r) => sum + 1 - meanOf(swapProbability[r]))
      const stepSizes = adapted.map(({ averagedStepSize }) => averagedStepSize)
      if (step === warmup) return begun({ betas, stepSizes })
      if (!ladderMoves || !moves.includes(step)) return at(betas, adapted, rejected, steps + 1)
      const moved = evenedLadder(
        betas,
        rejected.map(sum => sum / (steps + 1)),
      )
      const logs = stepSizes.map(Math.log)
      const along = moved.slice(1).map(beta => Math.exp(interpolated(betas.slice(1), logs, beta)))
      return begun({ betas: moved, stepSizes: along })
    },
  })
  return begun(rungs)
}
