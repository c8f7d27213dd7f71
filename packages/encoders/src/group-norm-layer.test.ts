import { disposeModel, newVariables } from '@chiaro/core'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { groupNormLayer } from './group-norm-layer.ts'

describeBackends('groupNormLayer', () => {
  it.each([
    [16, 8],
    [12, 6],
    [3, 3],
    [22, 2],
  ])('normalises %i channels in %i groups of each picture', (channels, groups) => {
    const variables = newVariables()
    const layer = groupNormLayer(variables, 'norm', channels, 'linear')
    const [scale, offset] = [1, 2].map(seed => normalValues(seed, channels))
    variables.parameters['norm/scale'].assign(tf.tensor1d(scale))
    variables.parameters['norm/offset'].assign(tf.tensor1d(offset))
    const places = 6
    const x = normalValues(3, 2 * places * channels)
    const share = channels / groups
    const expected = Float64Array.from(x, (value, i) => {
      const c = i % channels
      const picture = Math.floor(i / (places * channels))
      const group = Math.floor(c / share)
      const members = Array.from(x).filter(
        (_, j) =>
          Math.floor(j / (places * channels)) === picture && Math.floor((j % channels) / share) === group,
      )
      const mean = members.reduce((a, b) => a + b) / members.length
      const variance = members.reduce((sum, v) => sum + (v - mean) ** 2, 0) / members.length
      return ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[c] + offset[c]
    })
    const y = layer(tf.tensor4d(x, [2, 2, 3, channels]))
    expect(y.shape).toEqual([2, 2, 3, channels])
    expectClose(y, expected, { absolute: 2e-5, relative: 1e-4 })
    disposeModel(variables)
  })
})
