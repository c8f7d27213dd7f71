import { conflictError } from '@chiaro/core'
import { type ObjectiveName, objectiveNamed, objectiveNames } from './objectives.ts'

/**
 * Refuses classes that the loss does not look at, and a loss of classes without any.
 *
 * @throws ChiaroError ('argument-conflict') that names the objective
 */
export function checkClasses(where: string, objective: ObjectiveName, classes: Int32Array | undefined): void {
  const asks = objectiveNamed(objective).classes === true
  if (asks && classes === undefined) {
    throw conflictError(where, 'objective', `objective ${objective} learns from labels, got none`)
  }
  if (!asks && classes !== undefined) {
    const able = objectiveNames.filter(name => objectiveNamed(name).classes === true).join(' or ')
    throw conflictError(where, 'objective', `labels belong to objective ${able}, got ${objective}`)
  }
}
