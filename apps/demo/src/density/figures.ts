import type { PlaneSettings } from '@chiaro/tasks'
import type { Figures } from '../shell/messages.ts'
import { counted, decimals, writeFigure } from '../shell/write-figure.ts'
import type { Landscape } from './messages.ts'

/** A number with its unit, where it is known. */
function write(name: string, value: number | undefined, unit: string): void {
  const known = value !== undefined && Number.isFinite(value)
  writeFigure(name, known ? decimals(value) : '–', known ? unit : '')
}

/** Score matching measures slopes, the other objectives log-likelihoods. */
export const isInNats = (objective: PlaneSettings['objective']) =>
  objective !== 'denoising' && objective !== 'sliced'

/** The mean loss since the last report, beside the least possible where that is known. */
export function writeLoss(
  figures: Figures | undefined,
  objective: PlaneSettings['objective'],
  optimum: number | undefined,
): void {
  const { losses = [] } = figures ?? {}
  if (losses.length === 0) return
  const mean = losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length
  const unit = isInNats(objective) ? 'nats' : ''
  write('loss', mean, optimum === undefined ? unit : `least ${decimals(optimum)}`)
}

export function showLandscape(landscape: Landscape): void {
  const { learnedLogPartition, gridLogPartition, exactLogPartition, sampledLogPartition } = landscape
  const { divergence, heldOut } = landscape
  write('learned', learnedLogPartition, 'nats')
  const exact = exactLogPartition === undefined ? 'nats' : `exactly ${decimals(exactLogPartition)}`
  write('grid', gridLogPartition, exact)
  const { logPartition, standardError = Number.NaN } = sampledLogPartition ?? {}
  write('sampled', logPartition, `± ${decimals(standardError)}`)
  write('divergence', divergence, 'nats')
  write('heldOut', heldOut, 'nats')
}

/** The run's state for a screen reader. */
export function inOneSentence(step: number, landscape?: Landscape): string {
  if (landscape === undefined) return `Step ${counted(step)}.`
  const { learnedLogPartition, gridLogPartition } = landscape
  const learned = learnedLogPartition === undefined ? '' : `, learned ${decimals(learnedLogPartition, 2)}`
  return `Step ${counted(step)}. log Z on the grid ${decimals(gridLogPartition, 2)} nats${learned}.`
}
