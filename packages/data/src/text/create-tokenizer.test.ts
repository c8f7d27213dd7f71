import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytePairTokenizer } from './byte-pair-tokenizer.ts'
import { createTokenizer, type TokenizerSpec } from './create-tokenizer.ts'
import { huggingFaceTokenizer } from './hugging-face-tokenizer.ts'
import { ngramTokenizer } from './ngram-tokenizer.ts'
import { buildVocabulary, wordTokenizer } from './word-tokenizer.ts'

const tokenizers = [
  ngramTokenizer({
    buckets: 77,
    words: true,
    characterNgrams: [2, 4],
    lowercase: false,
    seed: 9,
    ngramWeight: 0.5,
    ngramLengthPower: 0.5,
    appendix: { separator: ' – ', weight: 0.25 },
  }),
  ngramTokenizer({ words: false }),
  bytePairTokenizer({ merges: 'r e\nre d</w>' }, { contextLength: 9 }),
  huggingFaceTokenizer(
    JSON.stringify({
      pre_tokenizer: { type: 'Whitespace' },
      model: { type: 'WordLevel', unk_token: '?', vocab: { '?': 0, red: 1 } },
    }),
    { contextLength: 9 },
  ),
  wordTokenizer(buildVocabulary(['a red heart', 'A blue dog'], { lowercase: false }), { lowercase: false }),
]

test.each(tokenizers.map(tokenizer => [tokenizer.spec.type, tokenizer] as const))(
  'a %s tokenizer comes back from JSON the same',
  (_, tokenizer) => {
    const copy = createTokenizer(JSON.parse(JSON.stringify(tokenizer.spec)))
    expect(copy.spec).toEqual(tokenizer.spec)
    expect(copy.vocabularySize).toBe(tokenizer.vocabularySize)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(copy.encode(`red – ${text}`)).toEqual(tokenizer.encode(`red – ${text}`))
      }),
      { numRuns: 30 },
    )
  },
)

test('a spec of another type is refused', () => {
  const spec = { type: 'bpe' } as unknown as TokenizerSpec
  expect(() => createTokenizer(spec)).toThrow(
    /spec.type must be 'bytePair', 'huggingFace', 'ngram' or 'word', got 'bpe'/,
  )
})
