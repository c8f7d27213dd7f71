import { counted, decimals, writeFigure as write } from '../shell/write-figure.ts'
import type { Accuracy, Look } from './messages.ts'

const writeAccuracy = (name: string, found: Accuracy | undefined) =>
  found === undefined
    ? write(name, '–', 'no classes')
    : write(name, `${(100 * found.accuracy).toFixed(1)} %`, `± ${(100 * found.standardError).toFixed(1)}`)

export function showLook({ alignment, uniformity, explained, learned, pixels }: Look): void {
  write('alignment', decimals(alignment))
  write('uniformity', decimals(uniformity), 'nats')
  write('explained', `${(100 * explained).toFixed(0)} %`, 'of the variance')
  writeAccuracy('learned', learned)
  writeAccuracy('pixels', pixels)
}

/** The run's state for a screen reader. */
export function inOneSentence(step: number, loss: number | undefined, look: Look | undefined): string {
  const parts = [`Step ${counted(step)}.`]
  if (loss !== undefined) parts.push(`Loss ${decimals(loss)}.`)
  if (look?.learned && look.pixels) {
    const [learned, pixels] = [look.learned, look.pixels].map(({ accuracy }) => (100 * accuracy).toFixed(0))
    parts.push(`Neighbours are right for ${learned} per cent, by pixels for ${pixels}.`)
  }
  return parts.join(' ')
}
