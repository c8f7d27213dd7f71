import { writeFigure as write } from '../shell/write-figure.ts'
import type { Accuracy, Figures, Look } from './messages.ts'

const number = (value: number, digits = 3) => value.toFixed(digits).replace('-', '−')
const count = (value: number) => value.toLocaleString('en-GB')
const writeAccuracy = (name: string, found: Accuracy | undefined) =>
  found === undefined
    ? write(name, '–', 'no classes')
    : write(name, `${(100 * found.accuracy).toFixed(1)} %`, `± ${(100 * found.standardError).toFixed(1)}`)

export function showFigures({ step, losses, stepsPerSecond }: Figures, steps: number, chance: number): void {
  write('step', count(step), `of ${count(steps)}`)
  const last = losses.at(-1)
  if (last) write('loss', number(last.loss), `chance ${number(chance)}`)
  write('speed', stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0), 'steps/s')
}

export function showLook({ alignment, uniformity, explained, learned, pixels }: Look): void {
  write('alignment', number(alignment))
  write('uniformity', number(uniformity), 'nats')
  write('explained', `${(100 * explained).toFixed(0)} %`, 'of the variance')
  writeAccuracy('learned', learned)
  writeAccuracy('pixels', pixels)
}

export function clearFigures(step: number, steps: number, chance: number): void {
  write('step', count(step), `of ${count(steps)}`)
  write('loss', '–', `chance ${number(chance)}`)
  for (const name of ['alignment', 'uniformity', 'explained', 'learned', 'pixels', 'speed']) write(name, '–')
}

/** The run's state for a screen reader. */
export function inOneSentence(step: number, loss: number | undefined, look: Look | undefined): string {
  const parts = [`Step ${count(step)}.`]
  if (loss !== undefined) parts.push(`Loss ${number(loss)}.`)
  if (look?.learned && look.pixels) {
    const [learned, pixels] = [look.learned, look.pixels].map(({ accuracy }) => (100 * accuracy).toFixed(0))
    parts.push(`Neighbours are right for ${learned} per cent, by pixels for ${pixels}.`)
  }
  return parts.join(' ')
}
