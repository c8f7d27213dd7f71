import { ChiaroError, rangeError } from '@chiaro/core'

/** CLIP's names of the tokens around a text. */
export const startToken = '<|startoftext|>'
export const endToken = '<|endoftext|>'
/** What the last symbol of a word carries. */
export const wordEnd = '</w>'

/** The merges that the 49,408 tokens of CLIP's vocabulary leave room for; its file goes on behind them. */
const mergesOfClip = 49_152 - 256 - 2

/**
 * One printable character for each byte, at the byte's index: itself where it is a visible Latin-1 character, the
 * others from U+0100 on in their order. That is the alphabet in which CLIP's files spell bytes.
 */
export const byteCharacters: readonly string[] = (() => {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
    return String.fromCodePoint(visible ? byte : next++)
  })
})()

/**
 * The merges of a `merges.txt` or of CLIP's `bpe_simple_vocab_16e6.txt`, unpacked: two symbols a line, the first
 * merge first. A first line that names the version is left out, and so is what CLIP's tokenizer leaves of its file:
 * everything behind 48,894 merges.
 *
 * @throws ChiaroError ('data') that names the line that is no pair of symbols
 */
export function parseMerges(text: string): string[] {
  const lines = text.split(/\r?\n/)
  const first = lines[0].includes('#version') ? 1 : 0
  const merges: string[] = []
  for (let i = first; i < lines.length && merges.length < mergesOfClip; i++) {
    if (lines[i] === '' && i === lines.length - 1) break
    if (!/^[^ ]+ [^ ]+$/.test(lines[i])) {
      const got = JSON.stringify(lines[i].slice(0, 40))
      throw brokenVocabulary(
        `line ${i + 1} of the merges must be two symbols with a space between, got ${got}`,
      )
    }
    merges.push(lines[i])
  }
  return merges
}

/**
 * The ids of a `vocab.json`: { token: id }.
 *
 * @throws ChiaroError ('data') for text that is no JSON object of ids that differ
 */
export function parseVocabulary(text: string): Record<string, number> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw brokenVocabulary('the vocabulary must be JSON, got something else', error)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw brokenVocabulary('the vocabulary must be a JSON object, got another value')
  }
  const seen = new Set<number>()
  for (const [token, id] of Object.entries(parsed)) {
    if (!Number.isInteger(id) || id < 0 || id >= 2 ** 24) {
      throw brokenVocabulary(
        `the vocabulary's ${token} must have an id from 0 to 2²⁴ − 1, got ${JSON.stringify(id)}`,
      )
    }
    if (seen.has(id))
      throw brokenVocabulary(`the vocabulary must give every id once, got ${id} twice (${token})`)
    seen.add(id)
  }
  return parsed as Record<string, number>
}

/** The ids that CLIP's own file implies: bytes, bytes that end a word, merges in their order, start, end. */
export function vocabularyOfMerges(merges: readonly string[]): Map<string, number> {
  const bytes = latinFirst()
  const tokens = [
    ...bytes,
    ...bytes.map(character => character + wordEnd),
    ...merges.map(merge => merge.replace(' ', '')),
    startToken,
    endToken,
  ]
  return new Map(tokens.map((token, id) => [token, id]))
}

/** The bytes in the order of CLIP's ids: the visible ones before the others. */
function latinFirst(): string[] {
  const visible = byteCharacters.filter((character, byte) => character.codePointAt(0) === byte)
  const others = byteCharacters.filter((character, byte) => character.codePointAt(0) !== byte)
  return [...visible, ...others]
}

/** @throws RangeError that names the first token without an id: a byte, a merge's result, or start or end */
export function checkComplete(
  where: string,
  ids: ReadonlyMap<string, number>,
  merges: readonly string[],
): void {
  const needed = function* () {
    yield startToken
    yield endToken
    for (const character of byteCharacters) {
      yield character
      yield character + wordEnd
    }
    for (const merge of merges) yield merge.replace(' ', '')
  }
  for (const token of needed()) {
    // A byte without an id would drop out of every text that has it.
    if (!ids.has(token)) {
      throw rangeError(where, 'vocabulary', 'one with every byte and every merge', `none for ${token}`)
    }
  }
}

function brokenVocabulary(problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('data', `bytePairTokenizer: ${problem}`, undefined, { cause })
}
