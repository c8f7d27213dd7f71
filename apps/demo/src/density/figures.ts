import type { Figures, Landscape } from './messages.ts'

const decimals = (value: number | undefined, digits = 3) =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)

/** A number with its unit, in the page's own minus sign. */
function put(id: string, text: string, unit = ''): void {
  const holder = document.querySelector(`#figure-${id}`)
  if (!holder) return
  holder.textContent = text.replace('-', '−')
  if (unit === '' || text === '–') return
  const small = document.createElement('small')
  small.textContent = ` ${unit.replace('-', '−')}`
  holder.append(small)
}

export function showFigures(
  { step, losses, stepsPerSecond }: Figures,
  steps: number,
  optimum?: number,
): void {
  put('step', step.toLocaleString('en'), `of ${steps.toLocaleString('en')}`)
  const mean = losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length
  const least = optimum === undefined ? 'nats' : `least ${decimals(optimum)}`
  if (losses.length > 0) put('loss', decimals(mean), least)
  put('speed', decimals(stepsPerSecond, 0), 'steps/s')
}

export function showLandscape(landscape: Landscape): void {
  const { learnedLogPartition, gridLogPartition, exactLogPartition, sampledLogPartition } = landscape
  const { divergence, heldOut } = landscape
  put('learned', decimals(learnedLogPartition), 'nats')
  const exact = exactLogPartition === undefined ? 'nats' : `exactly ${decimals(exactLogPartition)}`
  put('grid', decimals(gridLogPartition), exact)
  const error = sampledLogPartition?.standardError
  put('sampled', decimals(sampledLogPartition?.logPartition), `± ${decimals(error)}`)
  put('divergence', decimals(divergence), 'nats')
  put('heldOut', decimals(heldOut), 'nats')
}

export function clearFigures(step: number, steps: number): void {
  for (const id of ['loss', 'learned', 'grid', 'sampled', 'divergence', 'heldOut', 'speed']) put(id, '–')
  put('step', step.toLocaleString('en'), `of ${steps.toLocaleString('en')}`)
}

/** The same, as a screen reader should hear it. */
export function inOneSentence(step: number, landscape?: Landscape): string {
  if (landscape === undefined) return `Step ${step}.`
  const { learnedLogPartition, gridLogPartition } = landscape
  const learned = learnedLogPartition === undefined ? '' : `, learned ${decimals(learnedLogPartition, 2)}`
  return `Step ${step}. log Z on the grid ${decimals(gridLogPartition, 2)} nats${learned}.`
}
