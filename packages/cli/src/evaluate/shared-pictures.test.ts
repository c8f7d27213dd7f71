import { picturesOf } from '@chiaro/tasks'
import { expect, test } from 'vitest'
import { countShared, rememberPixels } from './shared-pictures.ts'

const remembered = (greys: readonly number[]) => {
  const data = Uint8Array.from(greys.flatMap(grey => [grey, 0, grey, 255]))
  const names = greys.map(String)
  return rememberPixels({ ...picturesOf({ data, shape: [greys.length, 2, 2, 1] }), names })
}

test('counts the pictures that are among others by their pixels, of those that were read', async () => {
  const [train, test] = [remembered([1, 2, 3, 3]), remembered([3, 4, 1, 3, 5])]
  expect(countShared(test, train)).toBe(0)
  await train.pictures.read(Int32Array.of(0, 1, 2, 3))
  await test.pictures.read(Int32Array.of(0, 1, 2))
  expect(countShared(test, train)).toBe(2)
  await test.pictures.read(Int32Array.of(2, 3, 4))
  expect(countShared(test, train)).toBe(3)
})
