import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { key, normalValues, permutation } from './host.ts'

it('draws without registering a gradient', () => {
  expect(permutation(key(1), 3)).toHaveLength(3)
  expect(normalValues(key(1), 3)).toHaveLength(3)
  expect(tf.getGradient('Add')).toBeUndefined()
})
