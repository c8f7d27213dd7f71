import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fromGraphModel } from './from-graph-model.ts'

const list = (...values: number[]) => ({ list: { i: values.map(String) } })
const float = { type: 'DT_FLOAT' }
const text = (value: string) => ({ s: Buffer.from(value).toString('base64') })
const constant = (name: string, shape: readonly number[]) => ({
  name,
  op: 'Const',
  attr: {
    dtype: float,
    value: { tensor: { dtype: 'DT_FLOAT', tensorShape: { dim: shape.map(size => ({ size })) } } },
  },
})
const window = {
  strides: list(1, 2, 2, 1),
  dilations: list(1, 1, 1, 1),
  padding: text('SAME'),
  data_format: text('NHWC'),
}
const shapes = { filter: [3, 3, 2, 4], depthwise: [3, 3, 4, 1] }
const sizes = { filter: 72, depthwise: 36 }

/** A MobileNet's first steps as its converter writes them: convolution, ReLU6, depthwise convolution. */
function artifacts(): tf.io.ModelArtifacts {
  const weights = [normalValues(1, sizes.filter), normalValues(2, sizes.depthwise)]
  const data = new Float32Array(sizes.filter + sizes.depthwise)
  data.set(weights[0])
  data.set(weights[1], sizes.filter)
  const node = [
    {
      name: 'x',
      op: 'Placeholder',
      attr: { dtype: float, shape: { shape: { dim: [-1, 8, 8, 2].map(size => ({ size })) } } },
    },
    constant('filter', shapes.filter),
    constant('depthwise', shapes.depthwise),
    { name: 'conv', op: 'Conv2D', input: ['x', 'filter'], attr: { T: float, ...window } },
    { name: 'relu6', op: 'Relu6', input: ['conv'], attr: { T: float } },
    {
      name: 'features',
      op: 'DepthwiseConv2dNative',
      input: ['relu6', 'depthwise'],
      attr: { T: float, ...window },
    },
  ]
  return {
    modelTopology: { node, library: {}, versions: {} },
    weightSpecs: (['filter', 'depthwise'] as const).map(name => ({
      name,
      shape: shapes[name],
      dtype: 'float32',
    })),
    weightData: data.buffer,
    format: 'graph-model',
  }
}

describeBackends('fromGraphModel', () => {
  it('embeds by the means of the last features, or by a node that is named; frozen, with a gradient for x', async () => {
    const model = await loadGraphModel(tf.io.fromMemory(artifacts()))
    const x = tf.tensor4d(normalValues(3, 3 * 8 * 8 * 2), [3, 8, 8, 2])
    const filter = tf.tensor4d(normalValues(1, sizes.filter), [3, 3, 2, 4])
    const depthwise = tf.tensor4d(normalValues(2, sizes.depthwise), [3, 3, 4, 1])
    const hidden = (x: tf.Tensor4D) => tf.relu6(tf.conv2d(x, filter, 2, 'same'))
    const expected = (x: tf.Tensor4D) => tf.mean(tf.depthwiseConv2d(hidden(x), depthwise, 2, 'same'), [1, 2])
    const encoder = fromGraphModel(model)
    expect(encoder.parameters).toEqual({})
    expect(encoder.embed(x).shape).toEqual([3, 4])
    expectClose(encoder.embed(x), expected(x), { absolute: 1e-5 })
    expectClose(fromGraphModel(model, { output: 'relu6' }).embed(x), tf.mean(hidden(x), [1, 2]), {
      absolute: 1e-5,
    })
    const slope = (f: (x: tf.Tensor4D) => tf.Tensor) => tf.grad(x => f(x as tf.Tensor4D))(x)
    expectClose(slope(encoder.embed), slope(expected), { absolute: 1e-5 })
    expectNoLeak(() => encoder.embed(x))
    model.dispose()
  })

  it('names an output that is no embedding', () => {
    const model = { execute: () => [tf.scalar(1), tf.scalar(2)] }
    expect(() => fromGraphModel(model).embed(tf.zeros([1, 2, 2, 1]))).toThrow(
      /must be a model of one output.*got \[float32 \[\], float32 \[\]\]/,
    )
    expect(() => fromGraphModel({ execute: () => tf.zeros([3]) }).embed(tf.zeros([1]))).toThrow(
      /got float32 \[3\]/,
    )
  })
})
