import { conflictError } from '@chiaro/core'
import type { ColumnBlock } from '@chiaro/data'
import { energyNamed } from './energies/energies.ts'
import { objectiveNamed } from './objectives/objectives.ts'
import type { DensitySettings } from './settings.ts'

/**
 * Refuses an objective, an energy and a noise that do not go together, or with the columns.
 *
 * @throws ChiaroError that names the setting, in one sentence
 */
export function refuseMisfits(
  { objective, energy, noise }: Pick<DensitySettings, 'objective' | 'energy' | 'noise'>,
  blocks: readonly ColumnBlock[],
): void {
  const refuse = (setting: string, message: string): never => {
    throw conflictError('density', setting, message)
  }
  const { strays, derivatives, usesNoise, chainsFrom } = objectiveNamed(objective)
  const form = energyNamed(energy)
  const wrong = blocks.find(block =>
    form.columns === 'binary'
      ? block.kind === 'numeric' || block.width !== 2
      : form.columns === 'numeric' && block.kind !== 'numeric',
  )
  if (wrong !== undefined) {
    const wanted = form.columns === 'binary' ? 'columns of two categories each' : 'columns of numbers'
    refuse('energy', `energy ${energy} needs ${wanted}, got ${described(wrong)}`)
  }
  const category = blocks.find(({ kind }) => kind !== 'numeric')
  // Gibbs sampling stays among the categories.
  const staysInside = energy === 'boltzmann' && chainsFrom !== undefined
  if (strays && category !== undefined && !staysInside) {
    const message = `needs columns of numbers, since between categories there is nothing, got ${described(category)}`
    refuse('objective', `objective ${objective} ${message}`)
  }
  if (derivatives > form.derivatives) {
    const which = derivatives === 2 ? 'second derivatives' : 'slopes'
    refuse('objective', `objective ${objective} needs ${which} everywhere, which energy ${energy} has not`)
  }
  if (objective === 'telescoping' && energy !== 'tilt') {
    refuse('energy', `objective telescoping needs energy tilt, whose parts are its log ratios, got ${energy}`)
  }
  if (noise !== 'uniform') return
  if (energy !== 'tilt') {
    refuse('noise', `noise uniform needs energy tilt, which ends where its box does, got energy ${energy}`)
  }
  if (!usesNoise) {
    const message = `with energy tilt log p is −∞ outside its box, where objective ${objective} looks`
    refuse('noise', `noise uniform does not serve here: ${message}`)
  }
}

function described({ name, kind, width }: ColumnBlock): string {
  return kind === 'numeric' ? `"${name}" of numbers` : `"${name}" of ${width} categories`
}
