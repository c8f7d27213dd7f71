import { softplus } from '@chiaro/ops'
import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { adamW } from './adamw.ts'
import { fit } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import type { LossResult } from './loss-and-gradients.ts'
import { warmupCosine } from './schedules.ts'

interface Pair {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor2D
}

/** Logistic noise-contrastive estimation of a two-layer energy; data and noise come in the batch. */
function problem(steps: number): FitOptions<Pair> & { readonly parameters: Record<string, tf.Variable> } {
  const variable = (value: tf.Tensor) => {
    const one = tf.variable<tf.Rank>(value)
    value.dispose()
    return one
  }
  const weight = (i: number, shape: number[]) =>
    variable(tf.tidy(() => tf.mul(normal(foldIn(key(1), i), shape), 0.5)))
  const parameters = { a: weight(0, [2, 16]), b: weight(1, [16, 1]), c: variable(tf.zeros([16])) }
  const energy = (x: tf.Tensor2D) =>
    tf.matMul(
      tf.tanh(tf.add(tf.matMul(x, parameters.a as tf.Tensor2D), parameters.c)) as tf.Tensor2D,
      parameters.b as tf.Tensor2D,
    )
  return {
    parameters,
    loss: ({ x, y }) => {
      const loss = tf.add(tf.mean(softplus(tf.neg(energy(x)))), tf.mean(softplus(energy(y)))) as tf.Scalar
      return { loss, metrics: { data: tf.mean(energy(x)) as tf.Scalar } }
    },
    batches: function* (first) {
      for (let step = first; ; step++) {
        yield {
          x: normal(foldIn(key(2), step), [12, 2]) as tf.Tensor2D,
          y: normal(foldIn(key(3), step), [12, 2]) as tf.Tensor2D,
        }
      }
    },
    steps,
    optimizer: adamW({}),
    schedule: warmupCosine({ peak: 0.02, warmupSteps: 3, steps }),
    key: key(4),
    clipNorm: 0.5,
  }
}

async function trained(options: ReturnType<typeof problem>) {
  const losses: number[] = []
  const data: number[] = []
  for await (const { loss, metrics } of fit(options)) {
    losses.push(loss)
    data.push(metrics.data)
  }
  const weights = Object.values(options.parameters).map(variable => [...variable.dataSync()])
  tf.dispose(options.parameters as tf.TensorContainer)
  return { losses, data, weights }
}

/** Why a problem that was changed in some way cannot be replayed. */
async function refusal(
  change: (base: ReturnType<typeof problem>) => Partial<FitOptions<Pair>>,
): Promise<string> {
  const base = problem(4)
  try {
    for await (const _ of fit({ ...base, ...change(base), replay: true }));
  } catch (error) {
    return (error as Error).message
  } finally {
    tf.dispose(base.parameters as tf.TensorContainer)
  }
  return 'nothing was refused'
}

describeBackends('fit with replay', () => {
  it('gives the losses, metrics and weights of the eager run to the bit over 50 steps', async () => {
    const eager = await trained(problem(50))
    const replay = await trained({ ...problem(50), replay: true })
    expect(replay).toEqual(eager)
    expect(eager.losses[49]).not.toBe(eager.losses[0])
  })

  it('calls the loss in two steps only, and holds no more after 300 steps than after 5', async () => {
    let calls = 0
    const base = problem(300)
    const loss: typeof base.loss = (batch, context) => {
      calls += 1
      return base.loss(batch, context)
    }
    const before = tf.memory()
    const counts: (readonly [number, number])[] = []
    for await (const { step } of fit({ ...base, loss, replay: true })) {
      if (step === 5 || step === 299) counts.push([tf.memory().numTensors, tf.memory().numBytes])
    }
    expect(calls).toBe(2)
    expect(counts[1]).toEqual(counts[0])
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
    tf.dispose(base.parameters as tf.TensorContainer)
  })

  it('refuses what a replay would not see', async () => {
    const times = (result: LossResult, factor: number) =>
      tf.mul((result as { loss: tf.Scalar }).loss, factor) as tf.Scalar
    const ofStep = await refusal(({ loss }) => ({
      loss: (batch, { step, key }) => times(loss(batch, { step, key }), step),
    }))
    expect(ofStep).toMatch(/replayed cannot ask for the step; pass it in the batch/)
    const ofKey = await refusal(() => ({ loss: (_, context) => normal(context.key, []) as tf.Scalar }))
    expect(ofKey).toMatch(/cannot ask for the key/)
    let count = 0
    const counted = await refusal(({ loss }) => ({
      loss: (batch, context) => times(loss(batch, context), ++count),
    }))
    expect(counted).toMatch(/^fit: .*made on the host was another the second time; pass what changes/)
    const mixed = await refusal(() => ({
      batches: [{ x: tf.zeros([2, 2]), y: 3 }] as unknown as Pair[],
    }))
    expect(mixed).toMatch(/batch must be a tensor, or an array .* got 3 as y/)
    const numbers = await refusal(({ loss }) => ({
      loss: (batch, context) => ({ loss: times(loss(batch, context), 1), metrics: { one: 1 } }),
    }))
    expect(numbers).toMatch(/metrics.one must be a scalar tensor .* got 1/)
  })
})
