import { ChiaroError } from '@chiaro/core'

/**
 * Where a record came from: a file, and the line of it that an editor shows (1 is the first) or the byte (0 is the
 * first) at which it begins. In a packed file bytes are counted after unpacking.
 */
export interface Origin {
  readonly file: string
  readonly row?: number
  readonly offset?: number
}

/**
 * An error of code 'data': "where: file, row n: problem". The problem reads like every message of Chiaro, "what
 * must be …, got …".
 */
export function dataError(
  where: string,
  origin: Origin | undefined,
  problem: string,
  options?: ErrorOptions,
): ChiaroError {
  const place = origin === undefined ? '' : `${formatOrigin(origin)}: `
  return new ChiaroError('data', `${where}: ${place}${problem}`, origin?.file, options)
}

function formatOrigin({ file, row, offset }: Origin): string {
  const line = row === undefined ? '' : `, row ${row}`
  const byte = offset === undefined ? '' : `, byte ${offset}`
  return `${file}${line}${byte}`
}

/** What the system or a library said, in one line, each thing once. */
export function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return [...new Set(reason.trim().split(/\s*\n\s*/))].join('; ')
}
