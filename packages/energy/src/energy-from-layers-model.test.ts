import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { energyFromLayersModel, type LayersEnergyModelLike } from './energy-from-layers-model.ts'

/** What tf.sequential with a dense layer of one unit is, as far as we ask. */
function dense(): LayersEnergyModelLike & { readonly seen: unknown[] } {
  const kernel = tf.variable(tf.tensor2d([[2], [-1]]))
  const seen: unknown[] = []
  return {
    seen,
    trainableWeights: [{ originalName: 'dense/kernel', val: kernel } as { originalName: string }],
    apply(x, options) {
      seen.push(options)
      return tf.matMul(x as tf.Tensor2D, kernel as unknown as tf.Tensor2D)
    },
  }
}

describeBackends('energyFromLayersModel', () => {
  afterEach(() => tf.disposeVariables())

  it("is the model's one output at inference, with its variables by name", () => {
    const layers = dense()
    const model = energyFromLayersModel(layers)
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [0, -1],
    ])
    expectClose(model.energy(x), tf.tensor1d([0, 2, 1]))
    expect(layers.seen).toEqual([{ training: false }])
    const { grads } = tf.variableGrads(() => tf.sum(model.energy(x)) as tf.Scalar)
    expectClose(grads[model.parameters['dense/kernel'].name], [4, 5])
    expectNoLeak(() => model.energy(x))
  })
  it('refuses what is no model of one number a row', () => {
    const model = (apply: LayersEnergyModelLike['apply']) =>
      energyFromLayersModel({ trainableWeights: [], apply })
    const x = tf.zeros([3, 2])
    expect(() => model(at => at).energy(x)).toThrow(/model must be a model to \[3, 1\], got float32 \[3, 2\]/)
    expect(() => model(at => [at]).energy(x)).toThrow(/got \[float32 \[3, 2\]\]/)
    expect(() => energyFromLayersModel({ ...dense(), trainableWeights: [{ originalName: 'lost' }] })).toThrow(
      /model must be built, of tfjs variables, got lost/,
    )
  })
})
