import type { RandomKey } from '@chiaro/core'
import { foldIn, key, normal, uniform } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { adamW } from './adamw.ts'
import { embedInChunks } from './embed-in-chunks.ts'
import { fit } from './fit.ts'
import { constant } from './schedules.ts'

const [n, width, d] = [20, 6, 4]

describeBackends('embedInChunks', () => {
  let parameters: Record<'first' | 'second' | 'scale' | 'unused', tf.Variable>
  let batch: tf.Tensor2D
  beforeEach(() => {
    const variable = (seed: number, shape: number[]) =>
      tf.tidy(() =>
        tf.variable(
          tf.tensor(
            normalValues(
              seed,
              shape.reduce((a, b) => a * b, 1),
              0.7,
            ),
            shape,
          ),
        ),
      )
    parameters = {
      first: variable(1, [width, 9]),
      second: variable(2, [9, d]),
      scale: variable(3, []),
      unused: variable(4, [2]),
    }
    batch = tf.tensor2d(normalValues(5, n * width), [n, width])
  })
  afterEach(() => tf.dispose([batch, parameters] as tf.TensorContainer))

  const encoder = (x: tf.Tensor) =>
    tf.matMul(
      tf.tanh(tf.matMul(x as tf.Tensor2D, parameters.first as unknown as tf.Tensor2D)),
      parameters.second as unknown as tf.Tensor2D,
    )
  /** Depends on all pairs, and on a scale that the encoder knows nothing of. */
  const contrast = (z: tf.Tensor) => {
    const logits = tf.mul(
      tf.matMul(z as tf.Tensor2D, z as tf.Tensor2D, false, true),
      tf.exp(parameters.scale),
    )
    return tf.mean(tf.logSumExp(logits, 1)) as tf.Scalar
  }
  const trained = () => [parameters.first, parameters.second, parameters.scale]
  const gradientsBy = (embed: () => tf.Tensor) => {
    const { value, grads } = tf.variableGrads(() => contrast(embed()), trained())
    return [value, ...trained().map(({ name }) => grads[name])]
  }
  const inChunks = (chunkSize: number, embed: (x: tf.Tensor, key: RandomKey) => tf.Tensor = encoder) =>
    embedInChunks(embed, batch, {
      parameters: { first: parameters.first, second: parameters.second, unused: parameters.unused },
      chunkSize,
      key: key(9),
    })

  it('takes a batch that is made in the loss and gone before the way back', () => {
    const { first, second, unused } = parameters
    const options = { parameters: { first, second, unused }, chunkSize: 7, key: key(9) }
    const whole = gradientsBy(() => encoder(tf.mul(batch, 2)))
    const parts = gradientsBy(() => tf.tidy(() => embedInChunks(encoder, tf.mul(batch, 2), options)))
    whole.forEach((expected, i) => {
      expectClose(parts[i], expected.dataSync(), { absolute: 1e-6, relative: 1e-6, what: `output ${i}` })
    })
    expectNoLeak(() => gradientsBy(() => embedInChunks(encoder, tf.mul(batch, 2), options)))
  })

  it.each([1, 7, n, 100])('gives loss and gradients of the whole batch by chunks of %i', chunkSize => {
    const whole = gradientsBy(() => encoder(batch))
    const parts = gradientsBy(() => inChunks(chunkSize))
    whole.forEach((expected, i) => {
      expectClose(parts[i], expected.dataSync(), { absolute: 1e-6, relative: 1e-6, what: `output ${i}` })
    })
    tf.dispose([whole, parts])
  })

  it('replays the randomness of each chunk', () => {
    const dropping = (x: tf.Tensor, k: RandomKey) =>
      encoder(tf.mul(x, tf.cast(tf.greater(uniform(k, x.shape), 0.5), 'float32')))
    const direct = () =>
      tf.concat(
        [0, 8, 16].map((from, c) =>
          dropping(tf.slice(batch, [from], [Math.min(8, n - from)]), foldIn(key(9), c)),
        ),
      )
    const [expected, actual] = [gradientsBy(direct), gradientsBy(() => inChunks(8, dropping))]
    expected.forEach((tensor, i) => {
      expectClose(actual[i], tensor.dataSync(), { absolute: 1e-6, relative: 1e-6 })
    })
    tf.dispose([expected, actual])
  })

  it('keeps the activations of one chunk at a time', async () => {
    const rows = normal(key(6), [1024, width])
    const wide = (x: tf.Tensor) => encoder(tf.slice(tf.tanh(tf.tile(x, [1, 64])), [0, 0], [-1, width]))
    const peak = async (chunkSize: number) => {
      const before = tf.memory().numBytes
      const run = () =>
        tf.variableGrads(
          () =>
            tf.sum(
              embedInChunks(wide, rows, {
                parameters: { first: parameters.first, second: parameters.second },
                chunkSize,
                key: key(9),
              }),
            ) as tf.Scalar,
          [parameters.first, parameters.second],
        )
      const { peakBytes } = await tf.profile(() => tf.tidy(() => run().value))
      return peakBytes - before
    }
    expect(await peak(32)).toBeLessThan((await peak(1024)) / 4)
    rows.dispose()
  })

  it('trains inside fit as the whole batch does', async () => {
    const weights = async (embed: (x: tf.Tensor) => tf.Tensor) => {
      const own = { first: parameters.first, second: parameters.second, scale: parameters.scale }
      const start = Object.values(own).map(variable => variable.clone())
      for await (const step of fit<tf.Tensor2D>({
        parameters: own,
        loss: x => contrast(embed(x)),
        batches: Array.from({ length: 10 }, () => batch),
        keepBatches: true,
        steps: 10,
        optimizer: adamW(),
        schedule: constant(0.01),
        key: key(1),
      })) {
        expect(Number.isFinite(step.loss)).toBe(true)
      }
      const trained = parameters.second.dataSync().slice()
      Object.values(own).forEach((variable, i) => {
        variable.assign(start[i])
      })
      tf.dispose(start)
      return trained
    }
    const whole = await weights(encoder)
    expectClose(await weights(() => inChunks(6)), whole, { absolute: 1e-4, relative: 1e-4 })
  })

  it('leaves no tensor behind over many steps', () => {
    expectNoLeak(() => {
      for (let step = 0; step < 50; step++) tf.dispose(gradientsBy(() => inChunks(7)))
      return []
    })
  })

  it('names what does not fit', () => {
    const options = { parameters: { first: parameters.first }, chunkSize: 2, key: key(1) }
    expect(() => embedInChunks(encoder, batch, { ...options, chunkSize: 0 })).toThrow(
      /chunkSize must be an integer of at least 1/,
    )
    expect(() => embedInChunks(encoder, tf.zeros([0, 3]), options)).toThrow(
      /batch must be a tensor \[rows, …sample\] with rows ≥ 1, got float32 \[0, 3\]/,
    )
    expect(() => embedInChunks(x => tf.sum(x), batch, options)).toThrow(
      /embed must be a function to \[2, d\]/,
    )
    const second = () => tf.grad(s => tf.sum(tf.grad(t => tf.mul(t, tf.sum(inChunks(7))))(s)))(tf.scalar(1))
    expect(second).toThrow(/first derivatives only/)
  })
})
