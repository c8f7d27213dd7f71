import type { Figures } from './messages.ts'

/** Writes a figure, and a remark in small letters behind it, to #figure-<name>; a page without that place has none. */
export function writeFigure(name: string, text: string, small = ''): void {
  const place = document.querySelector(`#figure-${name}`)
  if (!place) return
  const remark = document.createElement('small')
  remark.textContent = withMinus(small)
  place.replaceChildren(withMinus(text), ...(small === '' ? [] : [' ', remark]))
}

/** A number in figures as people write it. */
export const decimals = (value: number, digits = 3) => withMinus(value.toFixed(digits))
export const counted = (value: number) => value.toLocaleString('en-GB')

const withMinus = (text: string) => text.replace('-', '−')

/** Of `steps` so many are done, at some speed. */
export function showProgress({ step, stepsPerSecond }: Figures, steps: number): void {
  writeFigure('step', counted(step), `of ${counted(steps)}`)
  writeFigure('speed', stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0), 'steps/s')
}

/** The last loss beside that of telling nothing apart. */
export function writeLoss(figures: Figures | undefined, indifferent = Number.NaN): void {
  const last = figures?.losses.at(-1)
  if (figures !== undefined && last === undefined) return
  writeFigure('loss', last ? decimals(last.loss) : '–', `chance ${decimals(indifferent)}`)
}

/** A run whose figures are not known yet. */
export function clearFigures(step: number, steps: number): void {
  for (const place of document.querySelectorAll('[id^="figure-"]')) place.textContent = '–'
  writeFigure('step', counted(step), `of ${counted(steps)}`)
}
