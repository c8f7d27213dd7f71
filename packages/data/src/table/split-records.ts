/** A record of delimited text. */
export interface TextRecord {
  /** The line it begins in, from 1, as an editor counts. */
  readonly row: number
  readonly fields: readonly string[]
  /** Its quoted fields that hold line ends: which, and the lines where the quotes open and close. */
  readonly spans: readonly FieldSpan[]
}

export interface FieldSpan {
  readonly field: number
  readonly opened: number
  readonly closed: number
}

export interface SplitRecordsOptions {
  readonly delimiter: string
  /** Whether a field in quotes may hold delimiters, line ends and doubled quotes; otherwise quotes are letters. */
  readonly quotes: boolean
  readonly onRecord: (record: TextRecord) => void
  /** The error of what is wrong in a line. */
  readonly fail: (row: number, problem: string) => Error
}

export interface RecordSplitter {
  /** Takes the next piece of the text. */
  readonly push: (text: string) => void
  /** The text has ended. */
  readonly end: () => void
  /** The line that the text taken so far ends in. */
  readonly line: () => number
}

/** Characters that a field, and a record, may have: a quote that never closes is found before the memory is full. */
const largest = { field: 2 ** 20, record: 2 ** 26 }

const none = Number.POSITIVE_INFINITY
const lineEnds = /\r\n|\n|\r/g

/**
 * Splits text into records (RFC 4180) as it comes: LF, CRLF and CR end a line, an empty line is no record.
 *
 * @throws what `fail` makes of a quote that does not close or stands within a field, and of a field of more than 1 MiB
 */
export function recordSplitter({ delimiter, quotes, onRecord, fail }: SplitRecordsOptions): RecordSplitter {
  let buffer = ''
  let at = 0
  let line = 1
  // Where the next one of each is, at or behind the place asked about last.
  const places = { '\n': -1, '\r': -1, '"': -1 }
  const next = (what: keyof typeof places, from: number): number => {
    if (places[what] < from) {
      const found = buffer.indexOf(what, from)
      places[what] = found < 0 ? none : found
    }
    return places[what]
  }
  const lineEnd = (from: number) => Math.min(next('\n', from), next('\r', from))
  /** Whether a line end at the buffer's end may be half of one. */
  const half = (end: number) => buffer[end] === '\r' && end + 1 === buffer.length

  const finish = (
    end: number,
    fields: readonly string[],
    spans: readonly FieldSpan[],
    linesWithin: number,
  ) => {
    onRecord({ row: line, fields, spans })
    line += linesWithin
    at = end
    if (at < buffer.length) passLineEnd()
  }
  const passLineEnd = () => {
    at += buffer[at] === '\r' && buffer[at + 1] === '\n' ? 2 : 1
    line += 1
  }
  const checkField = (length: number, row: number, opened = '') => {
    if (length <= largest.field) return
    throw fail(row, `must have fields of at most ${largest.field} characters, got a longer one${opened}`)
  }

  /** The record from `at` on, field by field; whether all of it is there. */
  const quotedRecord = (final: boolean): boolean => {
    const fields: string[] = []
    const spans: FieldSpan[] = []
    let lines = 0
    for (let position = at; ; ) {
      const field =
        buffer[position] === '"'
          ? quotedField(position, line + lines, final)
          : plainField(position, line + lines, final)
      if (field === undefined) return false
      fields.push(field.value)
      if (field.lines > 0) {
        spans.push({ field: fields.length - 1, opened: line + lines, closed: line + lines + field.lines })
        lines += field.lines
      }
      position = field.end
      if (buffer.startsWith(delimiter, position)) {
        position += delimiter.length
        if (position === buffer.length && !final) return false
        continue
      }
      const ends = position === buffer.length || buffer[position] === '\n' || buffer[position] === '\r'
      if (!ends) {
        const problem = 'a quote closes and is followed by more of the field'
        throw fail(line + lines, `must be well-formed, got Invalid Closing Quote: ${problem}`)
      }
      if (!final && (position === buffer.length || half(position))) return false
      finish(position, fields, spans, lines)
      return true
    }
  }
  const plainField = (from: number, row: number, final: boolean) => {
    const found = buffer.indexOf(delimiter, from)
    const end = Math.min(found < 0 ? none : found, lineEnd(from), final ? buffer.length : none)
    checkField(Math.min(end, buffer.length) - from, row)
    if (end === none) return undefined
    const value = buffer.slice(from, end)
    if (!value.includes('"')) return { value, end, lines: 0 }
    const problem = `a quote within a field that does not begin with one, ${shown(value)}`
    throw fail(row, `must be well-formed, got Invalid Opening Quote: ${problem}`)
  }
  const quotedField = (from: number, row: number, final: boolean) => {
    const opens = 'a quote opens here'
    let quote = from
    let doubled = false
    for (;;) {
      quote = buffer.indexOf('"', quote + 1)
      if (quote < 0) {
        checkField(buffer.length - from, row, `: ${opens} and does not close`)
        if (!final) return undefined
        throw fail(row, `must be well-formed, got Quote Not Closed: ${opens} and does not close`)
      }
      if (buffer[quote + 1] !== '"') break
      doubled = true
      quote += 1
    }
    checkField(quote - from, row, `: ${opens}`)
    if (quote + 1 === buffer.length && !final) return undefined
    const raw = buffer.slice(from + 1, quote)
    const lines = lineEnd(from) < quote ? (raw.match(lineEnds) ?? []).length : 0
    return { value: doubled ? raw.replaceAll('""', '"') : raw, end: quote + 1, lines }
  }

  const scan = (final: boolean): void => {
    while (at < buffer.length) {
      const end = Math.min(lineEnd(at), final ? buffer.length : none)
      if (end === at) {
        if (half(at) && !final) return
        passLineEnd()
      } else if (quotes && next('"', at) < end) {
        // `end` is unknown where the quotes hold it.
        if (!quotedRecord(final)) return
      } else {
        if (end === none || (half(end) && !final)) {
          if (buffer.length - at > largest.field) {
            checkField(buffer.length - Math.max(at, buffer.lastIndexOf(delimiter)), line)
          }
          return
        }
        const fields = buffer.slice(at, end).split(delimiter)
        if (end - at > largest.field) for (const { length } of fields) checkField(length, line)
        finish(end, fields, [], 0)
      }
    }
  }

  return {
    push: text => {
      buffer = buffer.slice(at) + text
      at = 0
      for (const what of Object.keys(places) as (keyof typeof places)[]) places[what] = -1
      scan(false)
      if (buffer.length - at <= largest.record) return
      throw fail(line, `must have rows of at most ${largest.record} characters, got a longer one`)
    },
    end: () => scan(true),
    line: () => line + (buffer.slice(at).match(lineEnds) ?? []).length,
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
