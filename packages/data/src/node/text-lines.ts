import { dataError } from '../data-error.ts'
import { NoText } from '../table/decode-text.ts'
import { textChunks } from './text-chunks.ts'

/** A line of a file of text, without its end; the first has row 1. */
export interface TextLine {
  readonly row: number
  readonly line: string
}

/**
 * The lines of a file of text; the last one may be without an end.
 *
 * @throws ChiaroError ('data') that names file and row: no such file, no text
 */
export async function* textLines(where: string, file: string, encoding?: string): AsyncGenerator<TextLine> {
  let row = 1
  let rest = ''
  try {
    for await (const text of textChunks(where, file, encoding)) {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() as string
      for (const line of lines) yield { row: row++, line }
    }
    yield { row, line: rest }
  } catch (error) {
    if (error instanceof NoText) throw dataError(where, { file, row }, error.message)
    throw error
  }
}
