import { warmupCosine } from '@chiaro/train'
import type { LiveSettings } from './settings.ts'

/** A short rise, then half a cosine down to a hundredth: log Z settles only when steps get small. */
export function learningRateAt(
  step: number,
  { steps, learningRate }: Pick<LiveSettings, 'steps' | 'learningRate'>,
) {
  const warmupSteps = Math.min(100, Math.floor(steps / 4))
  return warmupCosine({ peak: learningRate, warmupSteps, steps, final: learningRate / 100 })(step)
}
