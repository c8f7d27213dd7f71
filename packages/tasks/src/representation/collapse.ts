import { type ObjectiveName, objectivesWith } from './objectives.ts'

/** Above this all projections lie within about a tenth of the distance of unrelated ones. */
const evenAtAll = -0.1

/** Below this they lie along hardly more than one direction. */
const fewestDirections = 1.5

export interface CollapseSetting {
  readonly objective: ObjectiveName
  /** Of the projections. */
  readonly dimension: number
  /** Before its learning rate has risen a model may still be as it was drawn. */
  readonly warmupSteps: number
  /** What is told apart: "picture". */
  readonly unit: string
}

/** Says that projections have collapsed, what it means and what to try; nothing where they have not. */
export function collapseInWords(
  { objective, dimension, warmupSteps, unit }: CollapseSetting,
  step: number,
  { uniformity, effectiveRank }: Readonly<Record<string, number>>,
): string | undefined {
  if (uniformity === undefined || effectiveRank === undefined || step <= warmupSteps || dimension < 2) return
  const found =
    uniformity > evenAtAll
      ? `those of all ${unit}s lie at nearly one place (uniformity ${uniformity.toFixed(3)}, 0 is a single point)`
      : effectiveRank < fewestDirections
        ? `they lie along hardly more than one direction (effective rank ${effectiveRank.toFixed(2)} of ${dimension})`
        : undefined
  if (found === undefined) return
  return `the projections have collapsed: ${found}, and the encoder tells little apart; try ${remedies(objective)}`
}

function remedies(objective: ObjectiveName): string {
  if (objective === 'vicreg') return 'a larger variance weight, or a lower learning rate'
  if (objective === 'barlow-twins') return 'a lower learning rate, or a larger batch'
  if (objective === 'align-uniform') return 'a larger uniformity weight, or a lower learning rate'
  const gentler = 'a lower learning rate, or views that change less'
  return objectivesWith('temperature').includes(objective) ? `a lower temperature, ${gentler}` : gentler
}
