import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytePairTokenizer } from './byte-pair-tokenizer.ts'

interface Fixture {
  readonly contextLength: number
  readonly merges: readonly string[]
  readonly vocabulary: Readonly<Record<string, number>>
  readonly rows: readonly {
    readonly text: string
    /** Hugging Face's ids with the vocabulary above, and with the one that the merges imply; open_clip's. */
    readonly ids: readonly number[]
    readonly implied: readonly number[]
    readonly openClip: readonly number[]
  }[]
}
// Made by packages/encoders/fixtures/make-tokenizer-fixtures.py.
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('./byte-pair-tokenizer.fixture.json', import.meta.url), 'utf8'),
)
const { contextLength } = fixture
const merges = `#version: 0.2\n${fixture.merges.join('\n')}\n`
const vocabulary = JSON.stringify(fixture.vocabulary)
const tokenizer = bytePairTokenizer({ merges, vocabulary }, { contextLength })
const implied = bytePairTokenizer({ merges }, { contextLength })

test.each(fixture.rows)('gives the ids of Hugging Face for $text', row => {
  expect(tokenizer.encode(row.text).ids).toEqual(row.ids)
  expect(implied.encode(row.text).ids).toEqual(row.implied)
})

test('differs from open_clip where that repairs texts, and in final sigmas and its names of special tokens', () => {
  const differing = fixture.rows.filter(row => String(implied.encode(row.text).ids) !== String(row.openClip))
  expect(differing.map(({ text }) => text.slice(0, 12))).toEqual([
    'Ελλάς ΣΑΣ Σ',
    'İstanbul ß ẞ',
    '\u0000\u0007 control \u001f',
    'no\u00a0break \u2003em',
    'zero\u200bwidth \ufeff',
    '&amp;lt; &ea',
    'schÃ¶n',
    '<|endoftext|',
    '<|ENDOFTEXT|',
  ])
})

test('a text that is too long ends with the end', () => {
  for (const length of [2, 3, 10]) {
    const { ids } = bytePairTokenizer({ merges }, { contextLength: length }).encode('xyz '.repeat(50))
    expect(ids).toHaveLength(length)
    expect([ids[0], ids[length - 1]]).toEqual([implied.startId, implied.endId])
  }
  const clip = bytePairTokenizer({ merges })
  expect(clip.encode('7'.repeat(1000)).ids).toHaveLength(77)
  expect(clip.encode('7'.repeat(75)).ids).toHaveLength(77)
  expect(clip.encode('7'.repeat(74)).ids).toHaveLength(76)
})

test('loses no byte: what is decoded has all but the white space', () => {
  const long = bytePairTokenizer({ merges, vocabulary }, { contextLength: 10_000 })
  const bare = (text: string) => text.replace(/\p{White_Space}+/gu, '')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      const expected = Array.from(text.normalize('NFC'), character => character.toLowerCase()).join('')
      expect(bare(long.decode(long.encode(text).ids))).toBe(bare(expected))
    }),
    { numRuns: 300 },
  )
  expect(long.decode(long.encode('A Red  HEART!').ids)).toBe('a red heart ! ')
  expect(() => long.decode([long.vocabularySize])).toThrow(/ids must be ids of the vocabulary/)
})

test('knows the sizes and ids of its vocabulary', () => {
  expect(tokenizer.vocabularySize).toBe(512 + fixture.merges.length + 2)
  expect(tokenizer.startId).toBe(fixture.vocabulary['<|startoftext|>'])
  expect(tokenizer.endId).toBe(fixture.vocabulary['<|endoftext|>'])
  // CLIP's first ids, as its published vocab.json has them: "!" 0, "a" 64, "!</w>" 256.
  expect(bytePairTokenizer({ merges: '' }).encode('!').ids).toEqual([512, 256, 513])
  expect(bytePairTokenizer({ merges: '' }).encode('ab').ids).toEqual([512, 64, 256 + 65, 513])
})

test("reads as many merges of CLIP's file as its vocabulary has", () => {
  const symbols = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(0x4e00 + i))
  const lines = symbols.flatMap(a => symbols.map(b => `${a} ${b}`))
  const long = bytePairTokenizer({ merges: `"bpe_simple_vocab_16e6.txt#version: 0.2\n${lines.join('\n')}\n` })
  expect([long.vocabularySize, long.startId, long.endId]).toEqual([49_408, 49_406, 49_407])
})

test('takes what object prototypes have for words like others', () => {
  const { ids } = implied.encode('constructor __proto__')
  expect(implied.decode(ids)).toBe('constructor __ proto __ ')
})

test('refuses files that are none, saying what is wrong', () => {
  const without = (token: string) => {
    const { [token]: _, ...rest } = fixture.vocabulary
    return JSON.stringify(rest)
  }
  const make = (vocabularyText: string) => () => bytePairTokenizer({ merges, vocabulary: vocabularyText })
  expect(make('{')).toThrow(/the vocabulary must be JSON/)
  expect(make('[]')).toThrow(/must be a JSON object/)
  expect(make('{"a": 1.5}')).toThrow(/the vocabulary's a must have an id from 0/)
  expect(make('{"a": 1, "b": 1}')).toThrow(/every id once, got 1 twice \(b\)/)
  expect(make(without('<|endoftext|>'))).toThrow(/none for <\|endoftext\|>/)
  expect(make(without('q</w>'))).toThrow(/vocabulary must be one with every byte and every merge.*q<\/w>/)
  expect(() => bytePairTokenizer({ merges: 'a b\nabc\n' })).toThrow(/line 2 of the merges.*"abc"/)
  expect(() => bytePairTokenizer({ merges: 'a b\n\nc d' })).toThrow(/line 2 of the merges/)
  expect(() => bytePairTokenizer({ merges }, { contextLength: 1 })).toThrow(RangeError)
})
