import { ChiaroError } from '@chiaro/core'

/** How often a row is drawn. @throws ChiaroError ('data') that names its place */
export function weightIn(place: string, column: string, value: unknown): number {
  const weight = Number(value)
  const given = (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
  if (given && weight > 0 && Number.isFinite(weight)) return weight
  const got = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? 'none')
  throw new ChiaroError('data', `${place}: ${column} must be a positive number, got ${got}`, column)
}
