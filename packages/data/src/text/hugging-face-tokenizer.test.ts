import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createTokenizer } from './create-tokenizer.ts'
import { huggingFaceTokenizer } from './hugging-face-tokenizer.ts'

interface Fixture {
  readonly contextLength: number
  readonly tokenizers: readonly {
    readonly name: string
    readonly size: number
    readonly json: object
    /** Of Hugging Face's own library: the ids of a text, and those of at most `contextLength`. */
    readonly rows: readonly {
      readonly text: string
      readonly ids: readonly number[]
      readonly cut: readonly number[]
    }[]
  }[]
}
// Made by packages/data/fixtures/make-tokenizer-json-fixture.py.
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('./hugging-face-tokenizer.fixture.json', import.meta.url), 'utf8'),
)

describe.each(fixture.tokenizers)('$name', ({ json, size, rows }) => {
  const text = JSON.stringify(json, undefined, 2)
  const tokenizer = huggingFaceTokenizer(text, { contextLength: 1000 })
  const short = huggingFaceTokenizer(text, fixture)

  it('has as many ids as there', () => {
    expect(tokenizer.vocabularySize).toBe(size)
  })

  it.each(rows)('gives the ids of Hugging Face for "$text", and the front of a long one', row => {
    expect(tokenizer.encode(row.text).ids).toEqual(row.ids)
    expect(short.encode(row.text).ids).toEqual(row.cut)
  })

  it('comes back from its spec', () => {
    const copy = createTokenizer(JSON.parse(JSON.stringify(short.spec)))
    for (const row of rows) expect(copy.encode(row.text).ids).toEqual(row.cut)
  })
})

const vocab = { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2, red: 3, heart: 4, '##s': 5 }
const bert = {
  version: '1.0',
  truncation: { direction: 'Right', max_length: 512, strategy: 'LongestFirst', stride: 0 },
  padding: { strategy: 'BatchLongest', direction: 'Right', pad_id: 0, pad_token: '[PAD]' },
  added_tokens: [{ id: 7, content: '[MASK]', special: true }],
  normalizer: { type: 'BertNormalizer', lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', cls: ['[CLS]', 1], sep: ['[SEP]', 2] },
  decoder: { type: 'WordPiece', prefix: '##' },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab,
  },
}

it('by hand: red hearts, a word that is not known, a token that was added', () => {
  const { encode, vocabularySize } = huggingFaceTokenizer(JSON.stringify(bert), { contextLength: 9 })
  expect(encode('Red hearts').ids).toEqual([1, 3, 4, 5, 2])
  expect(encode('redder [MASK]').ids).toEqual([1, 0, 7, 2])
  // The file's own length is 512.
  expect(encode('red '.repeat(20)).ids).toEqual([1, 3, 3, 3, 3, 3, 3, 3, 2])
  expect(vocabularySize).toBe(8)
})

const unigram = { type: 'Unigram', unk_id: null, vocab: [['a', -1]] }

describe('is refused', () => {
  it.each<[string, unknown, string]>([
    ['no JSON', undefined, 'the file must be JSON, got something else'],
    ['no object', [], 'the file must be an object, got []'],
    ['no model', { ...bert, model: undefined }, 'model must be there, got none'],
    ['another field', { ...bert, magic: 1 }, 'magic must be absent: it is not known here, got 1'],
    [
      'another model',
      { ...bert, model: { type: 'Bigram' } },
      'model.type must be one of BPE, WordPiece, Unigram',
    ],
    [
      'a switch',
      { ...bert, model: { ...bert.model, dropout: 0.1 } },
      'model.dropout must be absent: it is not',
    ],
    [
      'a part of a sequence',
      { ...bert, normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Rot13' }] } },
      'normalizer.normalizers[1].type must be one of BertNormalizer',
    ],
    [
      'what the library does otherwise',
      { ...bert, pre_tokenizer: { type: 'Split', pattern: { String: '-' }, behavior: 'MergedWithNext' } },
      'pre_tokenizer.behavior must be Isolated or Removed, got "MergedWithNext"',
    ],
    [
      'a pattern inverted',
      {
        ...bert,
        pre_tokenizer: { type: 'Split', pattern: { Regex: 'a' }, behavior: 'Isolated', invert: true },
      },
      'pre_tokenizer.behavior, inverted, must be Removed, got "Isolated"',
    ],
    [
      'texts cut at the front',
      { ...bert, truncation: { direction: 'Left' } },
      'truncation.direction must be Right',
    ],
    [
      'an id',
      { ...bert, model: { ...bert.model, vocab: { ...vocab, odd: 1.5 } } },
      'model.vocab["odd"] must be an id',
    ],
    [
      'no unknown token',
      { ...bert, model: { ...bert.model, unk_token: '?' } },
      'model.unk_token must be a token of',
    ],
    [
      'a token of no id',
      { ...bert, post_processor: { type: 'BertProcessing', cls: ['?', 1], sep: ['[SEP]', 2] } },
      'got "?"',
    ],
    [
      'whole words alone',
      { ...bert, added_tokens: [{ id: 7, content: 'x', single_word: true }] },
      'added_tokens[0].single_word must be absent',
    ],
    [
      'a piece without a score',
      { ...bert, model: { ...unigram, vocab: [['a']] } },
      'model.vocab[0] must be a piece and',
    ],
    [
      'a pattern that is none',
      { ...bert, pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Removed' } },
      'it must be one that can be made, got: Invalid regular expression',
    ],
  ])('%s', (_, json, message) => {
    const text = json === undefined ? '{' : JSON.stringify(json)
    const make = () => huggingFaceTokenizer(text, { contextLength: 9 })
    expect(make).toThrow(/^tokenizer\.json: /)
    expect(make).toThrow(message)
  })

  it('a context without room for a token', () => {
    const make = () => huggingFaceTokenizer(JSON.stringify(bert), { contextLength: 2 })
    expect(make).toThrow('huggingFaceTokenizer: contextLength must be an integer of at least 3, got 2')
  })

  it('a character without an id, where nothing stands for those', () => {
    const json = { ...bert, post_processor: null, model: unigram }
    const { encode } = huggingFaceTokenizer(JSON.stringify(json), { contextLength: 9 })
    expect(encode('aa').ids).toEqual([0, 0])
    expect(() => encode('ab')).toThrow('every piece of a text must have an id, got none for "b" in "ab"')
  })
})
