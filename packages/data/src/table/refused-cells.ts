import type { CellKind } from './cell-kinds.ts'

/**
 * What is wrong with a cell beside numbers, and the options of `readColumns` and of the command that mend it.
 *
 * @param given whether the column was said to be numeric
 */
export function notationRefusal(
  name: string,
  cell: string | number | boolean | undefined,
  { kind, given }: { readonly kind: CellKind; readonly given: boolean },
): string {
  const got = typeof cell === 'string' ? JSON.stringify(cell) : String(cell)
  if (given) return `must be a finite number, got ${got}${waysOf(kind, name, cell, ['missing'])}`
  if (kind === 'time')
    return `must be numbers or categories, got the time ${got}${waysOf(kind, name, cell, ['categorical', 'columns'])}`
  const as = kind === 'notation' ? 'written as 1234.5 is' : 'as most of its cells are'
  return `must be a number ${as}, got ${got}${waysOf(kind, name, cell, ['missing', 'categorical'])}`
}

function waysOf(
  kind: CellKind,
  name: string,
  cell: unknown,
  ways: readonly ('missing' | 'categorical' | 'columns')[],
): string {
  const text = String(cell).trim()
  const options = [
    ...(kind === 'notation' ? notationOptions(text) : []),
    ...(ways.includes('missing') && kind === 'text'
      ? [`--missing ${quoted(text)} if it stands for none`]
      : []),
    ...(ways.includes('categorical') ? [`--categorical ${quoted(name)} for categories`] : []),
    ...(ways.includes('columns') ? ['--columns with the others to leave it out'] : []),
  ]
  return options.length === 0 ? '' : ` (say ${options.join(', or ')})`
}

const digits = /[\d.,'’_\s\u00a0\u2009\u202f]+/u
const groups = /^\d{1,3}(?:([.,'’_\s\u00a0\u2009\u202f])\d{2,3})*([.,'’_\s\u00a0\u2009\u202f])\d{3}(?![\d])/u

/** The options with which a number in another notation is read. */
function notationOptions(text: string): string[] {
  const unit = /[%‰°]|\p{Sc}|USD|EUR|GBP|CHF|JPY/u.exec(text)?.[0]
  const number = digits.exec(text.replace(/^[^\d]+/u, ''))?.[0].trim() ?? ''
  const group = groups.exec(number)?.[2]
  const rest = number.replace(groups, '')
  const options = unit === undefined ? [] : [`--units ${quoted(unit)}`]
  if (/^\d{1,3},\d{3}$/.test(number)) options.push("--decimal ',' or --thousands ',' as it is meant")
  else {
    if (group !== undefined) options.push(`--thousands ${quoted(groupSign(group))}`)
    if (rest.includes(',') || group === '.') options.push("--decimal ','")
  }
  if (/\s/u.test(group === undefined ? number : rest)) return ['--delimiter with what parts these']
  return options.length === 0 ? [] : [options.join(' ')]
}

function groupSign(sign: string): string {
  if (/\s/u.test(sign)) return ' '
  return sign === '’' ? "'" : sign
}

/** Text as a shell takes it. */
function quoted(text: string): string {
  return /^(?=.*\w)[\w.,:@/+-]+$|^%$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
