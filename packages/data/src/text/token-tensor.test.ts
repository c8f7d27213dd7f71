import { describeBackends, expectNoLeak } from '@chiaro/test-kit'
import { expect, test } from 'vitest'
import { toTokenTensor } from './token-tensor.ts'

const plain = { ids: Int32Array.of(1, 2, 3, 0), shape: [2, 2] as const }
const weighted = { ...plain, weights: Float32Array.of(0.5, 1, 2, 0) }

describeBackends('toTokenTensor', () => {
  test('ids alone are int32 [texts, length]', async () => {
    const tensor = toTokenTensor(plain, [1, 0, 1])
    expect(tensor.dtype).toBe('int32')
    expect(tensor.shape).toEqual([3, 2])
    expect([...(await tensor.data())]).toEqual([3, 0, 1, 2, 3, 0])
  })

  test('with weights they are float32 pairs [texts, length, 2]', async () => {
    const tensor = toTokenTensor(weighted)
    expect(tensor.dtype).toBe('float32')
    expect(tensor.shape).toEqual([2, 2, 2])
    expect([...(await tensor.data())]).toEqual([1, 0.5, 2, 1, 3, 2, 0, 0])
    expect([...(await toTokenTensor(weighted, Int32Array.of(1)).data())]).toEqual([3, 2, 0, 0])
  })

  test('leaves one tensor', () => {
    expectNoLeak(() => toTokenTensor(weighted))
  })

  test('refuses texts that are not there, and ids that float32 cannot tell apart', () => {
    expect(() => toTokenTensor(plain, [2])).toThrow(/indices\[0\] must be an integer from 0 to 1, got 2/)
    const large = { ...weighted, ids: Int32Array.of(1, 2 ** 24, 3, 0) }
    expect(() => toTokenTensor(large)).toThrow(/below 2²⁴, got 16777216/)
  })
})
