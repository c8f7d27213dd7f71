import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { countParameters, disposeModel, newVariables } from './variables.ts'

describeBackends(
  'variables',
  () => {
    it('are trainable as parameters, not as buffers; both are freed', () => {
      const before = tf.memory().numTensors
      const variables = newVariables()
      variables.parameter('a', tf.zeros([2, 3]))
      variables.buffer('b', tf.ones([4]))
      expect(variables.parameters.a.trainable).toBe(true)
      expect(variables.buffers.b.trainable).toBe(false)
      expect(countParameters(variables)).toBe(6)
      expect(tf.memory().numTensors - before).toBe(2)
      disposeModel(variables)
      expect(tf.memory().numTensors).toBe(before)
    })
  },
  { backends: ['cpu'] },
)
