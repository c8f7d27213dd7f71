import { checkInteger } from '@chiaro/core'
import { Tokenizer } from '@huggingface/tokenizers'
import { reasonOf } from '../data-error.ts'
import type { SpecifiedTokenizer } from './tokenizer.ts'
import { brokenTokenizer, parseTokenizerJson, type TokenizerJson } from './tokenizer-json.ts'
import { mended } from './tokenizer-json-mended.ts'

export interface HuggingFaceTokenizerOptions {
  /** The most ids a text has, those around it included. */
  readonly contextLength: number
}

/** The file and the options, as plain JSON. */
export interface HuggingFaceTokenizerSpec extends Required<HuggingFaceTokenizerOptions> {
  readonly type: 'huggingFace'
  /** The text of `tokenizer.json`, without the white space between its fields. */
  readonly json: string
}

/** What is asked of the library's class, whose own types Node's resolution does not find. */
interface LibraryTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): Encoded
  token_to_id(token: string): number | undefined
  readonly post_processor: {
    post_process(tokens: string[], pair: null, special: boolean): { readonly tokens: readonly string[] }
  } | null
  /** Pieces of words. */
  model: ((words: readonly string[]) => readonly string[]) & {
    readonly tokens_to_ids: ReadonlyMap<string, number>
    readonly unk_token_id?: number | null
  }
}

interface Encoded {
  readonly ids: readonly (number | null | undefined)[]
  readonly tokens: readonly string[]
}

/**
 * The tokenizer of a `tokenizer.json` of Hugging Face: BPE, WordPiece, Unigram or WordLevel, with its normalizer, its words
 * and the tokens around a text, by @huggingface/tokenizers. Of a text that is too long the front is kept, and what stands
 * around it. The file's own truncation and padding are not used: `contextLength` says how many ids there are, and who
 * makes batches pads. Ids are the file's own, so that 0 may be a token.
 *
 * What the library is known to do otherwise than Hugging Face's own is mended or refused. What stays: where the file maps
 * characters by a table (Precompiled, of SentencePiece), they are normalised by NFKC; and a Metaspace that marks the first
 * word alone marks it also where the normalizer has dropped what stood before it.
 *
 * @param json the file's text
 * @throws ChiaroError ('data') that names the field which is missing, wrong or not known; RangeError for a context that
 *   has no room for a token; encode: ChiaroError ('data') for a text with a character that has no id
 *
 * @example
 * ```ts
 * import { huggingFaceTokenizer, tokenizeTexts } from '@chiaro/data'
 *
 * const vocab = { '?': 0, red: 1, heart: 2, '[PAD]': 3 }
 * const model = { type: 'WordLevel', unk_token: '?', vocab }
 * const json = JSON.stringify({ pre_tokenizer: { type: 'Whitespace' }, model }) // the text of a tokenizer.json
 * const tokenizer = huggingFaceTokenizer(json, { contextLength: 16 })
 * console.log(tokenizeTexts(tokenizer, ['a red heart', 'red'], { pad: vocab['[PAD]'] }).ids) // 0 is a token here
 * ```
 */
export function huggingFaceTokenizer(
  json: string,
  { contextLength }: HuggingFaceTokenizerOptions,
): SpecifiedTokenizer<HuggingFaceTokenizerSpec> {
  const file = parseTokenizerJson(json)
  const tokenizer = made(file)
  const { before, after } = around(tokenizer)
  const room = contextLength - before.length - after.length
  checkInteger('huggingFaceTokenizer', { contextLength }, { least: before.length + after.length + 1 })
  return {
    spec: { type: 'huggingFace', json: JSON.stringify(JSON.parse(json)), contextLength },
    vocabularySize: vocabularySizeOf(file),
    encode(text) {
      const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false })
      const missing = ids.findIndex(id => id == null)
      if (missing >= 0) {
        const got = `"${tokens[missing]}" in ${JSON.stringify(text)}`
        throw brokenTokenizer(`every piece of a text must have an id, got none for ${got}`)
      }
      return { ids: [...before, ...(ids.slice(0, room) as number[]), ...after] }
    },
  }
}

/** What a text is put between: found by one that no file has. */
function around(tokenizer: LibraryTokenizer): { readonly before: number[]; readonly after: number[] } {
  const text = '\0text\0'
  const { tokens } = tokenizer.post_processor?.post_process([text], null, true) ?? { tokens: [text] }
  const ids = tokens.map(token => (token === text ? -1 : tokenizer.token_to_id(token)))
  const missing = ids.indexOf(undefined)
  if (missing >= 0) {
    throw brokenTokenizer(`post_processor must have tokens of the vocabulary, got "${tokens[missing]}"`)
  }
  const at = ids.indexOf(-1)
  if (at < 0) throw brokenTokenizer('post_processor must have a place for the text, got none')
  return { before: ids.slice(0, at) as number[], after: ids.slice(at + 1) as number[] }
}

function made(file: TokenizerJson): LibraryTokenizer {
  try {
    // Nothing is decoded. The other file of a tokenizer is asked for the unknown word's token alone.
    const config = { unk_token: file.model.unk_token }
    const tokenizer: LibraryTokenizer = new Tokenizer({ ...mended(file), decoder: null }, config)
    const { model } = tokenizer
    const { tokens_to_ids, unk_token_id } = model
    // Word by word: all at once, the library makes one of unknown pieces that lie in neighbouring words.
    const byWord = (words: readonly string[]) => words.flatMap(word => model([word]))
    tokenizer.model = Object.assign(byWord, { tokens_to_ids, unk_token_id })
    return tokenizer
  } catch (error) {
    throw brokenTokenizer(`it must be one that can be made, got: ${reasonOf(error)}`, error)
  }
}

/** One more than the largest id. */
function vocabularySizeOf({ model, added_tokens }: TokenizerJson): number {
  const own = Array.isArray(model.vocab) ? model.vocab.length : largest(Object.values(model.vocab)) + 1
  return Math.max(own, largest(added_tokens.map(({ id }) => Number(id))) + 1)
}

function largest(ids: readonly number[]): number {
  return ids.reduce((most, id) => Math.max(most, id), -1)
}
