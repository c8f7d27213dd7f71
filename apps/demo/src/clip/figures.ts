import { counted, decimals, writeFigure as write } from '../shell/write-figure.ts'
import type { Look, Share } from './messages.ts'

const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`
const writeShare = (name: string, { share, chance }: Share) =>
  write(name, percent(share), `chance ${percent(chance, chance < 0.01 ? 2 : 0)}`)

export const writeScale = (scale: number) => write('scale', scale.toFixed(1))

export function showLook({ first, ten, unseenTen, zeroShot }: Look): void {
  writeShare('first', first)
  writeShare('ten', ten)
  writeShare('unseen', unseenTen)
  writeShare('zero-shot', zeroShot)
}

/** The run's state for a screen reader. */
export function inOneSentence(step: number, loss: number | undefined, look: Look | undefined): string {
  const parts = [`Step ${counted(step)}.`]
  if (loss !== undefined) parts.push(`Loss ${decimals(loss)}.`)
  if (look) parts.push(`The right picture comes first for ${percent(look.first.share, 0)} of the captions.`)
  return parts.join(' ')
}
