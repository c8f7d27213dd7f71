import { dataError, reasonOf } from '../data-error.ts'
import { textLines } from './text-lines.ts'

/** An object of a file of JSON Lines; a row's number is its line. */
export interface JsonLine {
  readonly row: number
  readonly value: Readonly<Record<string, unknown>>
}

/**
 * The objects of a file of JSON Lines, one a line; blank lines are none.
 *
 * @throws ChiaroError ('data') that names file and row: no such file, no text, a line that is no JSON object
 * @see https://jsonlines.org
 */
export async function* jsonLines(where: string, file: string, encoding?: string): AsyncGenerator<JsonLine> {
  for await (const { row, line } of textLines(where, file, encoding))
    yield* parsed(where, { file, row }, line)
}

function* parsed(where: string, origin: { file: string; row: number }, line: string): Generator<JsonLine> {
  if (line.trim() === '') return
  const value = jsonOf(where, origin, line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw dataError(where, origin, `must be a JSON object, got ${line.trim().slice(0, 40)}`)
  }
  yield { row: origin.row, value: value as JsonLine['value'] }
}

function jsonOf(where: string, origin: { file: string; row: number }, line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    const problem = `must be a JSON object on one line, got ${reasonOf(error)}`
    throw dataError(where, origin, problem, { cause: error })
  }
}
