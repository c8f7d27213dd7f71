import { typeError } from '@chiaro/core'
import { classesOf } from '../classes-of.ts'

/** Texts in a fixed order. */
export interface Texts {
  readonly texts: readonly string[]
  /** [texts] the class of each, where training is told: equal numbers, equal classes. */
  readonly classes?: Int32Array
  /** Where a text was read, for messages: "texts.csv:7". */
  readonly placeOf?: (row: number) => string
}

/**
 * Texts in memory as `Texts`.
 *
 * @param labels [texts] the class of each
 * @throws TypeError for what is no text, and unless labels are as many whole numbers
 */
export function textsOf(where: string, texts: readonly string[], labels?: ArrayLike<number>): Texts {
  const odd = texts.findIndex(text => typeof text !== 'string')
  if (odd >= 0) throw typeError(where, `texts[${odd}]`, 'a text', String(texts[odd]))
  return { texts, ...(labels !== undefined && { classes: classesOf(where, labels, texts.length, 'text') }) }
}
