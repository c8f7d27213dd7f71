import { disposeModel, type Encoder, newVariables } from '@chiaro/core'
import { infoNceLoss } from '@chiaro/objectives'
import { dense, foldIn, key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import type { Checkpoint } from './checkpoint.ts'
import { fit } from './fit.ts'
import { readTensors } from './host-tensors.ts'
import { type MomentumContrast, momentumContrast } from './momentum-contrast.ts'
import { constant } from './schedules.ts'
import { sgd } from './sgd.ts'

const [d, q, n, m] = [3, 8, 3, 0.9]

/** A linear encoder of pictures of four pixels. */
function linear(seed: number): Encoder {
  const variables = newVariables()
  const layer = dense(variables, 'layer', [4, d], key(seed))
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed: x => tf.tidy(() => layer(tf.reshape(x, [x.shape[0], 4]) as tf.Tensor2D)),
  }
}

const pictures = (step: number) => normal(foldIn(key(5), step), [n, 2, 2, 1]) as tf.Tensor4D

function using(body: (query: Encoder, moco: MomentumContrast) => void | Promise<void>): void | Promise<void> {
  const query = linear(1)
  const moco = momentumContrast(query, linear(2), { dimension: d, queue: q, momentum: m, key: key(3) })
  const done = () => {
    disposeModel(query)
    tf.dispose(moco.buffers as tf.TensorContainer)
  }
  const result = body(query, moco)
  return result instanceof Promise ? result.finally(done) : done()
}

describeBackends('momentumContrast', () => {
  it('begins with the values of the trained encoder and unit rows in the queue', () =>
    using((query, { buffers, queue }) => {
      expect(Object.keys(buffers)).toEqual(['momentum/layer/kernel', 'momentum/layer/bias', 'queue/keys'])
      expectClose(buffers['momentum/layer/kernel'], query.parameters['layer/kernel'].dataSync())
      const lengths = tf.tidy(() => tf.sum(tf.square(queue), 1).dataSync())
      expectClose(lengths, new Array(q).fill(1), { absolute: 1e-6 })
    }))

  it('follows by algorithm 1: the moving average of weights, and the oldest keys replaced first', () =>
    using((query, moco) => {
      const kernel = query.parameters['layer/kernel']
      let followed = Array.from(kernel.dataSync())
      let rows = Array.from({ length: q }, (_, i) =>
        Array.from(moco.queue.dataSync()).slice(i * d, (i + 1) * d),
      )
      for (let step = 1; step <= 7; step++) {
        const x = pictures(step)
        const keys = moco.keys(x)
        const values = Array.from(keys.dataSync())
        // Keys of the weights as they were before this step, of unit length.
        const expected = tf.tidy(() => {
          const z = tf.matMul(tf.reshape(x, [n, 4]), tf.tensor2d(followed, [4, d]))
          return tf.div(z, tf.norm(z, 2, 1, true)).dataSync()
        })
        expectClose(keys, expected, { absolute: 1e-5 })
        kernel.assign(tf.tidy(() => tf.add(kernel, 0.1 * step) as tf.Tensor2D))
        const trained = kernel.dataSync()
        moco.afterStep(step)
        followed = followed.map((value, i) => m * value + (1 - m) * trained[i])
        expectClose(moco.buffers['momentum/layer/kernel'], followed, { absolute: 1e-6, relative: 1e-6 })
        // First in, first out: the ring as a list, the oldest at its head.
        rows = [...rows.slice(n), ...Array.from({ length: n }, (_, i) => values.slice(i * d, (i + 1) * d))]
        const held = Array.from({ length: q }, (_, i) =>
          Array.from(moco.queue.dataSync()).slice(i * d, (i + 1) * d),
        )
        const bySum = (a: number[], b: number[]) => a[0] - b[0]
        expectClose(tf.tensor2d(held.toSorted(bySum)), rows.toSorted(bySum).flat(), { absolute: 1e-6 })
        tf.dispose([x, keys])
      }
    }))

  it('gives keys without a gradient, and leaks nothing over steps', () =>
    using(async (query, moco) => {
      const x = pictures(1)
      const mask = tf.cast(tf.eye(n), 'bool') as tf.Tensor2D
      const { grads } = tf.variableGrads(
        () => infoNceLoss(query.embed(x), moco.keys(x), { queue: moco.queue, mask }) as tf.Scalar,
      )
      const slope = (variable: tf.Variable) => grads[variable.name]?.dataSync() ?? [0]
      expect(slope(query.parameters['layer/kernel']).some(value => value !== 0)).toBe(true)
      for (const variable of Object.values(moco.buffers))
        expect(slope(variable).every(v => v === 0)).toBe(true)
      moco.afterStep(1)
      await expectNoLeak(() => {
        moco.keys(x).dispose()
        moco.afterStep(2)
      })
      tf.dispose([x, mask, grads])
    }))

  it('resumes to the bit through a checkpoint of its buffers', async () => {
    const train = async (steps: number, start?: Checkpoint) => {
      const saved: Checkpoint[] = []
      const query = linear(1)
      const moco = momentumContrast(query, linear(2), { dimension: d, queue: q, momentum: m, key: key(3) })
      const run = fit({
        parameters: query.parameters,
        buffers: moco.buffers,
        batches: function* (first) {
          for (let step = first; ; step++) yield pictures(step)
        },
        loss: x =>
          infoNceLoss(query.embed(x), moco.keys(x), { queue: moco.queue, temperature: 0.2 }) as tf.Scalar,
        afterStep: moco.afterStep,
        steps,
        optimizer: sgd({ momentum: 0.9 }),
        schedule: constant(0.05),
        key: key(4),
        checkpoints: { every: 4, save: async checkpoint => void saved.push(checkpoint) },
        start,
      })
      for await (const _ of run);
      const end = await readTensors({ ...query.parameters, ...moco.buffers })
      disposeModel(query)
      tf.dispose(moco.buffers as tf.TensorContainer)
      return { saved, end }
    }
    const whole = await train(11)
    const resumed = await train(11, whole.saved[0])
    expect(whole.saved[0].step).toBe(4)
    expect(resumed.end).toEqual(whole.end)
  })

  it('refuses another net, and options outside their range', () => {
    const query = linear(1)
    const variables = newVariables()
    dense(variables, 'layer', [4, d + 1], key(1))
    const other: Encoder = { ...query, parameters: variables.parameters }
    expect(() => momentumContrast(query, other, { dimension: d, key: key(1) })).toThrow('layer/kernel [4,3]')
    expect(() => momentumContrast(query, query, { dimension: d, momentum: 1, key: key(1) })).toThrow(
      'momentum',
    )
    expect(() => momentumContrast(query, query, { dimension: d, queue: 0, key: key(1) })).toThrow('queue')
    disposeModel(query)
    tf.dispose(variables.parameters as tf.TensorContainer)
  })
})
