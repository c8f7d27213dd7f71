import { type NumberNotation, numberReader } from './number-notation.ts'

/**
 * What a text is: `missing` in any column; a `marker` of missing cells where the others are numbers; a `number`; a number
 * in another `notation` than the file's; a `time` or date; or another `text`.
 */
export type CellKind = 'missing' | 'marker' | 'number' | 'notation' | 'time' | 'text'

export interface ReadCell {
  readonly kind: CellKind
  /** NaN unless a number. */
  readonly value: number
  /** The unit of a number; '' for none. */
  readonly unit: string
}

/** What stands for a missing cell in any column, spaces aside: what pandas takes for one, `?`, and MySQL's `\N`. */
const missingMarkers: ReadonlySet<string> = new Set(
  '|?|#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null|NaT|\\N'.split(
    '|',
  ),
)

/** Beside numbers these are missing too, in any case; among texts they may be a word. */
const markersBesideNumbers: ReadonlySet<string> = new Set(
  '-|--|---|–|—|.|..|...|na|n/a|n.a.|#n/a|#null!|nan|-nan|+nan|nat|none|null|nil|<na>|<null>|(null)|\\n'.split(
    '|',
  ),
)

/** Whether text would be read as a missing cell in any column. */
export function isMissingText(text: string, markers = missingMarkers): boolean {
  return markers.has(text.trim())
}

const noNumber = { value: Number.NaN, unit: '' }
const missingCell: ReadCell = { ...noNumber, kind: 'missing' }

/**
 * A reader of cells.
 *
 * @param markers what alone stands for a missing cell, beside the empty one; default the markers above
 * @throws ChiaroError for a notation whose signs cannot be told apart
 */
export function cellReader(
  where: string,
  notation: NumberNotation,
  markers?: readonly string[],
): (text: string) => ReadCell {
  const numberOf = numberReader(where, notation)
  const missing = markers && new Set(['', ...markers.map(marker => marker.trim())])
  return cell => {
    const text = cell.trim()
    // No marker of the default ones is a number, and most cells are.
    if (missing !== undefined && isMissingText(text, missing)) return missingCell
    const number = numberOf(text)
    if (number !== undefined) return { kind: 'number', value: number.value, unit: number.unit }
    if (missing === undefined && isMissingText(text)) return missingCell
    if (missing === undefined && markersBesideNumbers.has(text.toLowerCase()))
      return { ...noNumber, kind: 'marker' }
    return { ...noNumber, kind: otherKind(text) }
  }
}

/** Longer text is no number. */
const longest = 64

const space = '[\\s\\u00a0\\u2009\\u202f]'
const sign = '[+\\-\\u2212\\u2013]?'
const money = '(?:\\p{Sc}|USD|EUR|GBP|CHF|JPY)'
const group = `(?:[.,'’_]|${space})`
const grouped = `\\d{1,3}(?:${group}\\d{2,3})*${group}\\d{3}(?:[.,]\\d*)?`
const simple = '(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)'
const notation = new RegExp(
  `^\\(?${sign}${space}*${money}?${space}*${sign}(?:${grouped}|${simple})(?:[eEdD]${sign}\\d+)?${space}*(?:[%‰°]|${money})?\\)?$`,
  'u',
)
/** Numbers with blanks between them: of a file whose delimiter is another. */
const several = new RegExp(`^${sign}${simple}(?:${space}+${sign}${simple})+$`, 'u')

const day = '(?:\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/.]\\d{1,2}[-/.](?:\\d{4}|\\d{2}))'
const clock = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?(?:\\s*[AaPp]\\.?[Mm]\\.?)?'
const zone = '(?:\\s*(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2}))?'
const month = '(?:jan|feb|m[aä]r|apr|ma[yi]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\\p{L}*'
const time = new RegExp(
  `^(?:${day}(?:(?:\\s+|T)${clock}${zone})?|${clock}${zone}|\\d{4}[-/]\\d{2}|` +
    `(?:\\p{L}+,?\\s+)?\\d{1,2}\\.?[\\s-]*${month}\\.?,?[\\s-]*\\d{2,4}.*|${month}\\.?\\s+(?:\\d{1,2},?\\s+)?\\d{4}.*)$`,
  'iu',
)

function otherKind(text: string): CellKind {
  if (text.length > longest || !/\d/.test(text)) return 'text'
  if (time.test(text)) return 'time'
  return notation.test(text) || several.test(text) ? 'notation' : 'text'
}
