import { conflictError, rangeError } from '@chiaro/core'

/** How a file writes its numbers. */
export interface NumberNotation {
  /** What parts whole and fraction. Default '.'. */
  readonly decimal?: '.' | ','
  /** What parts groups of digits: ',', '.', "'", '_' or ' ' (no-break and thin ones too). Default none. */
  readonly thousands?: string
  /** Signs to drop before or behind a number, the same one in a whole column: '%', '€', 'mg'. Default none. */
  readonly units?: readonly string[]
}

export interface NotedNumber {
  readonly value: number
  readonly unit: string
}

/**
 * A reader of decimal numbers (1, −0.5, 2e-3; the minus may be U+2212) and infinities in a notation; undefined for
 * other text.
 *
 * @throws ChiaroError for a notation whose signs cannot be told apart
 */
export function numberReader(
  where: string,
  notation: NumberNotation,
): (text: string) => NotedNumber | undefined {
  checkNotation(where, notation)
  const { decimal = '.', thousands, units = [] } = notation
  const group = thousands === undefined ? undefined : groupSigns[thousands]
  const whole = group === undefined ? '\\d+' : `\\d{1,3}(?:${group}\\d{2,3})*${group}\\d{3}|\\d+`
  const point = decimal === '.' ? '\\.' : ','
  const number = new RegExp(`^[+-]?(?:(?:${whole})(?:${point}\\d*)?|${point}\\d+)(?:[eE][+-]?\\d+)?$`)
  const groups = group === undefined ? undefined : new RegExp(group, 'g')
  const infinite = /^([+-]?)inf(?:inity)?$/i
  const read = (text: string): number | undefined => {
    if (number.test(text)) {
      const digits = groups === undefined ? text : text.replace(groups, '')
      return Number(decimal === '.' ? digits : digits.replace(',', '.'))
    }
    const sign = infinite.exec(text)?.[1]
    return sign === undefined ? undefined : sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  return cell => {
    const text = cell.includes('\u2212') ? cell.replaceAll('\u2212', '-') : cell
    const plain = read(text)
    if (plain !== undefined) return { value: plain, unit: '' }
    for (const unit of units) {
      const bare = withoutUnit(text, unit)
      const value = bare === undefined ? undefined : read(bare)
      if (value !== undefined) return { value, unit }
    }
    return undefined
  }
}

/** What each sign of groups may look like in a file. */
const groupSigns: Readonly<Record<string, string>> = {
  ',': ',',
  '.': '\\.',
  "'": "['’]",
  _: '_',
  ' ': '[ \\u00a0\\u2009\\u202f]',
}

function checkNotation(where: string, { decimal = '.', thousands, units = [] }: NumberNotation): void {
  if (decimal !== '.' && decimal !== ',') throw rangeError(where, 'decimal', "'.' or ','", String(decimal))
  if (thousands !== undefined && !Object.hasOwn(groupSigns, thousands)) {
    throw rangeError(where, 'thousands', "one of ',', '.', ''', '_' and ' '", JSON.stringify(thousands))
  }
  if (thousands === decimal) {
    throw conflictError(where, 'thousands', `thousands and decimal must differ, got ${decimal} as both`)
  }
  const odd = units.find(unit => unit.trim() === '' || /[\d+.,-]/.test(unit))
  if (odd !== undefined)
    throw rangeError(where, 'units', 'signs without digits, points and minus', JSON.stringify(odd))
}

/** "−$5", "$−5" and "5 $" are −5, −5 and 5 with the unit $. */
function withoutUnit(text: string, unit: string): string | undefined {
  if (text.endsWith(unit)) return text.slice(0, -unit.length).trimEnd()
  const [, sign, rest] = /^([+-]?)(.*)$/s.exec(text) as RegExpExecArray
  return rest.startsWith(unit) ? `${sign}${rest.slice(unit.length).trimStart()}` : undefined
}
