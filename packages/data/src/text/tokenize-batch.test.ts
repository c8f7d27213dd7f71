import { describeBackends, expectNoLeak } from '@chiaro/test-kit'
import { expect, test } from 'vitest'
import { tokenizeBatch, tokenizeTexts } from './tokenize-batch.ts'
import type { Tokenizer } from './tokenizer.ts'

/** A token a letter: a is 1, b is 2, … */
const letters: Tokenizer = { encode: text => Array.from(text, letter => letter.charCodeAt(0) - 96) }

test('rows are a text’s ids, then padding, as long as the longest text', () => {
  const { ids, shape } = tokenizeTexts(letters, ['ab', '', 'cde'])
  expect(shape).toEqual([3, 3])
  expect([...ids]).toEqual([1, 2, 0, 0, 0, 0, 3, 4, 5])
})

test('a given length pads or cuts off at the end', () => {
  expect([...tokenizeTexts(letters, ['ab', 'cdef'], { length: 3, pad: 9 }).ids]).toEqual([1, 2, 9, 3, 4, 5])
  expect(tokenizeTexts(letters, ['']).shape).toEqual([1, 1])
  expect(tokenizeTexts(letters, [], { length: 4 }).shape).toEqual([0, 4])
})

test('without truncation a long text is an error that names it', () => {
  const call = () => tokenizeTexts(letters, ['ab', 'cdef'], { length: 3, truncate: false })
  expect(call).toThrow(/text 1 \("cdef"\) must have at most 3 tokens, got 4/)
  expect(call).toThrow(expect.objectContaining({ code: 'data' }))
})

test('takes what Hugging Face’s tokenizers return: ids, or an object with ids among others', () => {
  const object: Tokenizer = { encode: () => ({ ids: [101, 7, 102], attention_mask: [1, 1, 1] }) }
  const typed: Tokenizer = { encode: () => Int32Array.of(5) }
  expect([...tokenizeTexts(object, ['x']).ids]).toEqual([101, 7, 102])
  expect([...tokenizeTexts(typed, ['x']).ids]).toEqual([5])
})

test('an id that is no int32 is refused, not wrapped', () => {
  for (const id of [-1, 1.5, Number.NaN, 2 ** 31]) {
    const call = () => tokenizeTexts({ encode: () => [id] }, ['x'])
    expect(call).toThrow(/int32 ids of at least 0/)
  }
})

test('a hundred thousand texts do not overflow the stack', () => {
  const texts = new Array<string>(150_000).fill('a')
  expect(tokenizeTexts(letters, texts).shape).toEqual([150_000, 1])
})

describeBackends('tokenizeBatch', () => {
  test('is the same as an int32 tensor', async () => {
    const tensor = tokenizeBatch(letters, ['ab', 'c'], { length: 2 })
    expect(tensor.dtype).toBe('int32')
    expect(tensor.shape).toEqual([2, 2])
    expect([...(await tensor.data())]).toEqual([1, 2, 3, 0])
    tensor.dispose()
    expectNoLeak(() => tokenizeBatch(letters, ['ab']))
  })
})
