import { ChiaroError } from '@chiaro/core'

/** The error about a text that the tower sees nothing in, by where it stands. */
export function noToken(what: string, place: string, text: string): ChiaroError {
  const message = `${place}: ${what} must have a word that the tokenizer knows, got ${JSON.stringify(text)}`
  return new ChiaroError('data', message, 'texts')
}
