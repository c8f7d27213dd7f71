import { conflictError } from '@chiaro/core'
import { type ObjectiveName, objectiveNamed, objectiveNames } from './objectives.ts'

interface ClassUses {
  readonly objective: ObjectiveName
  readonly probe?: boolean
  readonly watchEvery?: number
}

/**
 * Refuses classes that nothing looks at, and a loss or a probe of classes without any.
 *
 * @throws ChiaroError ('argument-conflict') that names the objective, or probe
 */
export function checkClasses(
  where: string,
  { objective, probe = false, watchEvery = 0 }: ClassUses,
  classes: Int32Array | undefined,
): void {
  const asks = objectiveNamed(objective).classes === true
  if (asks && classes === undefined) {
    throw conflictError(where, 'objective', `objective ${objective} learns from labels, got none`)
  }
  if (probe && classes === undefined) throw conflictError(where, 'probe', 'probe asks for labels, got none')
  if (probe && watchEvery === 0) {
    throw conflictError(where, 'probe', 'probe is asked at each measurement, got watchEvery 0')
  }
  if (!asks && !probe && classes !== undefined) {
    const able = objectiveNames.filter(name => objectiveNamed(name).classes === true).join(' or ')
    const message = `labels belong to objective ${able} or to probe, got objective ${objective} without`
    throw conflictError(where, 'objective', message)
  }
}
