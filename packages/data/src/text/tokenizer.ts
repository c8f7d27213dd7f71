/** Token ids, with an optional weight for each (1 where absent). */
export interface Encoding {
  readonly ids: ArrayLike<number>
  readonly weights?: ArrayLike<number>
}

/**
 * What turns a text into token ids. Fits the tokenizers of Hugging Face's JavaScript libraries, whose `encode`
 * returns either the ids or an object that has them.
 */
export interface Tokenizer {
  encode(text: string): ArrayLike<number> | Encoding
}

/** A tokenizer of this package: knows how many ids there are, and can be written down. */
export interface SpecifiedTokenizer<Spec = unknown> extends Tokenizer {
  encode(text: string): Encoding
  /** Ids are 0 (padding) … vocabularySize − 1: the rows of an embedding table. */
  readonly vocabularySize: number
  /** Plain JSON from which `createTokenizer` makes the same tokenizer. */
  readonly spec: Spec
}

/** The ids and weights of either form. */
export function encode(tokenizer: Tokenizer, text: string): Encoding {
  const encoded = tokenizer.encode(text)
  return 'ids' in encoded ? encoded : { ids: encoded }
}
