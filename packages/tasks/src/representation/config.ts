import { batchPosition } from '@chiaro/data'
import * as z from 'zod/mini'
import { kept } from '../settings/setting.ts'
import { checkClasses } from './classes.ts'
import { objectiveNumbers, objectiveSettings, type representationSettings } from './settings.ts'

type Shape = ReturnType<typeof representationSettings>
type Settings = z.infer<z.ZodMiniObject<Shape>>

/** The head that the loss sees, and that embeddings and probes leave off, as a config keeps it. */
export const storedHead = (of: Shape) =>
  z.object({ hidden: kept(of.headHidden), output: kept(of.headOutput), layers: kept(of.headLayers) })

/** How a representation is trained, as a config keeps it; views are each one's own. */
export const storedTraining = (of: Shape) => ({
  steps: kept(of.steps),
  batchSize: kept(of.batchSize),
  objective: kept(of.objective),
  /** What the loss is told; runs of before have those of other losses too. */
  ...objectiveSettings,
  optimizer: kept(of.optimizer),
  warmupSteps: kept(of.warmupSteps),
  weightDecay: kept(of.weightDecay),
  /** Runs of before measured nothing. */
  watchEvery: z.optional(kept(of.watchEvery)),
  probe: z.optional(kept(of.probe)),
  checkpointEvery: kept(of.checkpointEvery),
})

export const headOf = ({ headHidden, headOutput, headLayers }: Settings) => ({
  hidden: headHidden,
  output: headOutput,
  layers: headLayers,
})

/** How many views there are, where it is not two. */
export const viewCount = ({ views }: Settings) => (views !== undefined && views > 2 ? { count: views } : {})

/**
 * How a representation of some samples is trained.
 *
 * @param where who asks, for messages
 * @param options epochs where neither these nor steps are asked for, and the learning rate at its peak
 * @throws RangeError for a batch that is larger than the samples are many; ChiaroError where a loss or a probe wants classes
 */
export function trainingOf(
  where: string,
  settings: Settings,
  samples: { readonly count: number; readonly classes?: Int32Array },
  { epochs, learningRate }: { readonly epochs: number; readonly learningRate: number },
) {
  const { batchSize } = settings
  batchPosition(samples.count, 0, { batchSize })
  checkClasses(where, settings, samples.classes)
  const steps = settings.steps ?? (settings.epochs ?? epochs) * Math.floor(samples.count / batchSize)
  return {
    steps,
    batchSize,
    objective: settings.objective,
    ...objectiveNumbers(settings),
    optimizer: settings.optimizer,
    learningRate,
    warmupSteps: settings.warmupSteps ?? Math.round(steps / 20),
    weightDecay: settings.weightDecay,
    watchEvery: settings.watchEvery,
    probe: settings.probe,
    checkpointEvery: settings.checkpointEvery,
  }
}
