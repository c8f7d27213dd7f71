import { writeFigure as write } from '../shell/write-figure.ts'
import type { Figures, Look, Share } from './messages.ts'

const count = (value: number) => value.toLocaleString('en-GB')
const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`
const writeShare = (name: string, { share, chance }: Share) =>
  write(name, percent(share), `chance ${percent(chance, chance < 0.01 ? 2 : 0)}`)

export function showFigures(
  { step, losses, stepsPerSecond, logitScale }: Figures,
  steps: number,
  chance: number,
): void {
  write('step', count(step), `of ${count(steps)}`)
  const last = losses.at(-1)
  if (last) write('loss', last.loss.toFixed(3), `chance ${chance.toFixed(3)}`)
  write('scale', logitScale.toFixed(1))
  write('speed', stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0), 'steps/s')
}

export function showLook({ first, ten, unseenTen, zeroShot }: Look): void {
  writeShare('first', first)
  writeShare('ten', ten)
  writeShare('unseen', unseenTen)
  writeShare('zero-shot', zeroShot)
}

export function clearFigures(step: number, steps: number, chance: number): void {
  write('step', count(step), `of ${count(steps)}`)
  write('loss', '–', `chance ${chance.toFixed(3)}`)
  for (const name of ['first', 'ten', 'unseen', 'zero-shot', 'scale', 'speed']) write(name, '–')
}

/** The run's state for a screen reader. */
export function inOneSentence(step: number, loss: number | undefined, look: Look | undefined): string {
  const parts = [`Step ${count(step)}.`]
  if (loss !== undefined) parts.push(`Loss ${loss.toFixed(3)}.`)
  if (look) parts.push(`The right picture comes first for ${percent(look.first.share, 0)} of the captions.`)
  return parts.join(' ')
}
