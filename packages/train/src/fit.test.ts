import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { adamW } from './adamw.ts'
import type { Checkpoint } from './checkpoint.ts'
import { exponentialMovingAverage } from './exponential-moving-average.ts'
import { fit } from './fit.ts'
import type { FitOptions, FitStep, StepContext } from './fit-options.ts'
import { learnedLogitScale } from './learned-logit-scale.ts'
import { constant, warmupCosine } from './schedules.ts'
import { sgd } from './sgd.ts'

const seed = key(7)
const made: tf.Variable[] = []
function variable(value: tf.Tensor, trainable = true): tf.Variable {
  const one = tf.variable<tf.Rank>(value, trainable)
  value.dispose()
  made.push(one)
  return one
}

/** A small regression with noise from the step's key; a buffer counts the forward passes. */
function regression(steps: number): FitOptions<tf.Tensor2D> & { parameters: Record<string, tf.Variable> } {
  const parameters = {
    'hidden/kernel': variable(normal(key(1), [3, 5])),
    'hidden/bias': variable(tf.zeros([5])),
    'out/kernel': variable(normal(key(2), [5, 1])),
  }
  const buffers = { passes: variable(tf.scalar(0), false) }
  return {
    parameters,
    buffers,
    loss: (x, { key: own }) => {
      buffers.passes.assign(tf.add(buffers.passes, 1))
      const noisy = tf.add(x, tf.mul(normal(own, x.shape), 0.1))
      const hidden = tf.tanh(
        tf.add(tf.matMul(noisy, parameters['hidden/kernel'] as tf.Tensor2D), parameters['hidden/bias']),
      )
      const error = tf.sub(
        tf.matMul(hidden as tf.Tensor2D, parameters['out/kernel'] as tf.Tensor2D),
        tf.sum(x, 1, true),
      )
      const loss = tf.mean<tf.Scalar>(tf.square(error))
      return { loss, metrics: { double: tf.mul<tf.Scalar>(loss, 2), rows: x.shape[0] } }
    },
    batches: function* (first) {
      for (let step = first; ; step++) yield normal(foldIn(key(3), step), [8, 3]) as tf.Tensor2D
    },
    steps,
    optimizer: adamW(),
    schedule: warmupCosine({ peak: 0.05, warmupSteps: 3, steps }),
    key: seed,
  }
}

async function all<B>(options: FitOptions<B>): Promise<FitStep[]> {
  const seen: FitStep[] = []
  for await (const step of fit<B>(options)) seen.push(step)
  return seen
}

/** A loss of one parameter vector w that ignores its batch. */
function onlyParameter(w: tf.Variable, loss: () => tf.Scalar): FitOptions<unknown> {
  const endless = function* () {
    for (;;) yield 0
  }
  const options = { optimizer: sgd(), schedule: constant(0.1), key: seed }
  return { parameters: { w }, loss, batches: endless, steps: 5, ...options }
}

const values = (parameters: Readonly<Record<string, tf.Variable>>) =>
  Object.values(parameters).map(one => Array.from(one.dataSync()))

describeBackends('fit', () => {
  afterEach(() => tf.dispose(made.splice(0)))

  it('learns, and reports each step', async () => {
    const options = regression(150)
    const seen = await all(options)
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1))
    const mean = (part: FitStep[]) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length
    expect(mean(seen.slice(-20))).toBeLessThan(0.2 * mean(seen.slice(0, 20)))
    for (const { step, loss, metrics, learningRate, seconds, stepsPerSecond } of seen.slice(0, 5)) {
      expect(metrics).toEqual({ double: 2 * loss, rows: 8 })
      expect(learningRate).toBe(options.schedule(step))
      expect(seconds).toBeGreaterThan(0)
      expect(stepsPerSecond).toBeGreaterThan(0)
    }
  })

  it('is gradient descent on a quadratic', async () => {
    const w = variable(tf.tensor1d([1, -2]))
    const seen = await all(onlyParameter(w, () => tf.sum<tf.Scalar>(tf.square(w))))
    // Gradient 2w, rate 0.1: w shrinks by 0.8 a step.
    expectClose(w, [0.8 ** 5, -2 * 0.8 ** 5])
    expectClose(
      seen.map(({ loss }) => loss),
      seen.map((_, i) => 5 * 0.64 ** i),
    )
    expectClose(
      seen.map(({ gradientNorm }) => gradientNorm),
      seen.map((_, i) => 2 * Math.sqrt(5) * 0.8 ** i),
    )
  })

  it("gives each step the run's key with the step folded in", async () => {
    const w = variable(tf.scalar(1))
    const contexts: StepContext[] = []
    const options = onlyParameter(w, () => tf.square(w) as tf.Scalar)
    const loss = (_: unknown, context: StepContext) => {
      contexts.push(context)
      return tf.square(w) as tf.Scalar
    }
    await all({ ...options, loss })
    expect(contexts).toEqual([1, 2, 3, 4, 5].map(step => ({ step, key: foldIn(seed, step) })))
  })

  it('gives the same bits twice', async () => {
    const [one, two] = [regression(20), regression(20)]
    const [a, b] = [await all(one), await all(two)]
    expect(b.map(({ loss }) => loss)).toEqual(a.map(({ loss }) => loss))
    expect(values(two.parameters)).toEqual(values(one.parameters))
  })

  it('resumes to the bits of the unbroken run: weights, average, buffers and losses', async () => {
    const trained = async (interrupted: boolean) => {
      const options = regression(12)
      const averaged = { ...options.parameters, ...options.buffers }
      const ema = exponentialMovingAverage(averaged, { decay: 0.8 })
      const saved: Checkpoint[] = []
      const checkpoints = { every: 5, save: (one: Checkpoint) => void saved.push(one) }
      const first = await all({ ...options, ema, checkpoints })
      if (!interrupted) {
        const result = { losses: first.map(({ loss }) => loss), last: saved[2] }
        ema.dispose()
        return { ...result, parameters: values(averaged) }
      }
      // Fresh variables with other values, a fresh average, and the checkpoint of step 5.
      expect(saved.map(({ step }) => step)).toEqual([5, 10, 12])
      for (const one of Object.values(averaged)) one.assign(tf.onesLike(one))
      const again = exponentialMovingAverage(averaged, { decay: 0.8 })
      const second = await all({ ...options, ema: again, checkpoints, start: saved[0] })
      expect(second.map(({ step }) => step)).toEqual([6, 7, 8, 9, 10, 11, 12])
      const losses = [...first.slice(0, 5), ...second].map(({ loss }) => loss)
      ema.dispose()
      again.dispose()
      return { losses, last: saved[4], parameters: values(averaged) }
    }
    const unbroken = await trained(false)
    const resumed = await trained(true)
    expect(resumed).toEqual(unbroken)
  })

  it('leaks no tensor over 200 steps, with everything on', async () => {
    const options = regression(200)
    const ema = exponentialMovingAverage(options.parameters)
    const before = tf.memory().numTensors
    const counts = new Set<number>()
    const steps = fit({
      ...options,
      ema,
      clipNorm: 0.1,
      validation: { every: 50, run: () => ({ x: 1 }), metric: 'x' },
      checkpoints: { every: 50, save: () => {} },
    })
    for await (const { step } of steps) if (step > 1) counts.add(tf.memory().numTensors)
    expect(counts.size).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
    ema.dispose()
  })

  it('clips the global norm, over all parameters together', async () => {
    const [a, b] = [variable(tf.scalar(0)), variable(tf.scalar(0))]
    const loss = () => tf.add(tf.mul(a, 3), tf.mul(b, 4)) as tf.Scalar
    const options = { ...onlyParameter(a, loss), parameters: { a, b }, steps: 1, schedule: constant(1) }
    const [{ gradientNorm }] = await all({ ...options, clipNorm: 0.5 })
    expectClose(gradientNorm, 5)
    expectClose([a.dataSync()[0], b.dataSync()[0]], [-0.3, -0.4])
    await all({ ...options, clipNorm: 50 })
    expectClose([a.dataSync()[0], b.dataSync()[0]], [-3.3, -4.4])
  })

  it('takes the norm in float64 where squares overflow float32', async () => {
    const w = variable(tf.tensor1d([0, 0]))
    const loss = () => tf.sum<tf.Scalar>(tf.mul(w, [3e20, 4e20]))
    const [{ gradientNorm }] = await all({ ...onlyParameter(w, loss), steps: 1, clipNorm: 10 })
    expectClose(gradientNorm, 5e20)
    expectClose(w, [-0.6, -0.8])
  })

  it('stops at a loss that is not finite, before the parameters change', async () => {
    const w = variable(tf.scalar(2))
    let calls = 0
    const loss = () => tf.mul<tf.Scalar>(w, ++calls === 3 ? Number.NaN : 1)
    const run = all(onlyParameter(w, loss))
    await expect(run).rejects.toMatchObject({
      code: 'non-finite',
      message: 'fit: loss must be finite, got NaN at step 3',
    })
    expectClose(w, 1.8)
  })

  it('names the parameter whose gradient is not finite', async () => {
    const [good, bad] = [variable(tf.scalar(1)), variable(tf.tensor1d([1, 0]))]
    // √x at 0: the value is finite, the slope is not.
    const loss = () => tf.add(good, tf.sum(tf.sqrt(bad))) as tf.Scalar
    const run = all({ ...onlyParameter(good, loss), parameters: { good, 'block/bad': bad } })
    await expect(run).rejects.toMatchObject({
      code: 'non-finite',
      argument: 'gradients',
      message: 'fit: gradients must be finite, got Infinity in block/bad (element 1 of 2) at step 1',
    })
    expectClose(bad, [1, 0])
  })

  it('stops between two steps when aborted, after a checkpoint', async () => {
    const controller = new AbortController()
    const options = regression(50)
    const saved: number[] = []
    const seen: number[] = []
    const run = async () => {
      const checkpoints = { save: ({ step }: Checkpoint) => void saved.push(step) }
      for await (const { step } of fit({ ...options, checkpoints, signal: controller.signal })) {
        seen.push(step)
        if (step === 4) controller.abort(new Error('enough'))
      }
    }
    const before = tf.memory().numTensors
    await expect(run()).rejects.toThrow('enough')
    expect(seen).toEqual([1, 2, 3, 4])
    expect(saved).toEqual([4])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('closes the batches and frees its state when the loop is left', async () => {
    let closed = false
    const batches = async function* () {
      try {
        for (;;) yield tf.ones([8, 3]) as tf.Tensor2D
      } finally {
        closed = true
      }
    }
    const options = { ...regression(10), batches }
    const before = tf.memory().numTensors
    for await (const { step } of fit(options)) if (step === 2) break
    expect(closed).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('says when the batches end too early', async () => {
    const options = { ...regression(5), batches: [tf.ones<tf.Rank.R2>([8, 3]), tf.ones<tf.Rank.R2>([8, 3])] }
    await expect(all(options)).rejects.toThrow('fit: batches must last for 5 steps, got none for step 3')
  })

  it('disposes batches in arrays and objects, or leaves them', async () => {
    const w = variable(tf.scalar(0))
    const options = onlyParameter(w, () => tf.square(w) as tf.Scalar)
    const batch = {
      a: tf.ones([2]),
      more: [tf.ones([1]), 'text'],
      data: new Float32Array(3),
    }
    await all({ ...options, batches: [batch], steps: 1, keepBatches: true })
    expect(batch.a.isDisposed).toBe(false)
    await all({ ...options, batches: [batch], steps: 1 })
    expect([batch.a.isDisposed, (batch.more[0] as tf.Tensor).isDisposed]).toEqual([true, true])
  })

  it('gives a step to who saves its checkpoint before it gives it to the loop, to be logged first', async () => {
    const seen: (string | number)[] = []
    const controller = new AbortController()
    const save = ({ step }: Checkpoint, about: { readonly step?: FitStep }) => {
      seen.push(`save ${step}`, about.step?.step ?? 'known', about.step?.loss ?? 'known')
    }
    const options = { ...regression(9), checkpoints: { every: 2, save }, signal: controller.signal }
    const losses: number[] = []
    const run = async () => {
      for await (const { step, loss } of fit(options)) {
        seen.push(step)
        losses.push(loss)
        if (step === 3) controller.abort(new Error('enough'))
      }
    }
    await expect(run()).rejects.toThrow('enough')
    expect(seen).toEqual([1, 'save 2', 2, losses[1], 2, 3, 'save 3', 'known', 'known'])
  })

  it('clamps after the step and averages what was clamped', async () => {
    const scale = learnedLogitScale({ initial: 99 })
    made.push(...Object.values(scale.parameters))
    const ema = exponentialMovingAverage(scale.parameters, { decay: 0.5 })
    await all({
      ...onlyParameter(made[0], () => tf.neg(scale.scale()) as tf.Scalar),
      parameters: scale.parameters,
      afterStep: scale.clamp,
      ema,
      steps: 3,
    })
    expectClose(scale.scale(), 100)
    expectClose(tf.exp(ema.tensors()['logitScale/logarithm']), 100)
    ema.dispose()
  })

  it('validates on the average, keeps the best, and the first of equals', async () => {
    const w = variable(tf.scalar(0))
    const ema = exponentialMovingAverage({ w }, { decay: 0.5 })
    const scores = [1, 3, 3, 2]
    const keys: unknown[] = []
    const seenWeights: number[] = []
    const saved: [number, boolean, number][] = []
    const seen = await all({
      // Slope −10, rate 0.1: w is the step's number.
      ...onlyParameter(w, () => tf.mul<tf.Scalar>(w, -10)),
      schedule: constant(0.1),
      steps: 7,
      ema,
      validation: {
        every: 2,
        metric: 'score',
        run: ({ key: own }) => {
          keys.push(own)
          seenWeights.push(w.dataSync()[0])
          return { score: scores[keys.length - 1] }
        },
      },
      checkpoints: {
        every: 3,
        save: ({ step, model }, { best }) => void saved.push([step, best, model.w.values[0]]),
      },
    })
    const average = (t: number) => {
      const weights = Array.from({ length: t }, (_, i) => 0.5 ** (t - 1 - i))
      return weights.reduce((sum, weight, i) => sum + weight * (i + 1), 0) / weights.reduce((a, b) => a + b)
    }
    expectClose(seenWeights, [2, 4, 6, 7].map(average))
    expect(new Set(keys.map(one => JSON.stringify(one))).size).toBe(1)
    expect(saved.map(([step, best]) => [step, best])).toEqual([
      [2, true],
      [3, false],
      [4, true],
      [6, false],
      [7, false],
    ])
    expectClose(
      saved.map(([, , value]) => value),
      [2, 3, 4, 6, 7].map(average),
    )
    expect(seen[6].best).toEqual({ step: 4, value: 3 })
    expect(seen[1].validation).toEqual({ score: 1 })
    expect(seen[2].validation).toBeUndefined()
    expectClose(w, 7)
    ema.dispose()
  })

  it('freezes a parameter of factor 0: no gradient, no decay, no state, and the checkpoint has it', async () => {
    const w = variable(tf.ones([2, 2]))
    const frozen = variable(tf.scalar(3))
    const unseen = variable(tf.ones([2, 2]))
    const saved: Checkpoint[] = []
    const options = (steps: number): FitOptions<unknown> => ({
      ...onlyParameter(w, () => {
        const constant = tf.customGrad(x => ({
          value: tf.clone(x as tf.Tensor),
          gradFunc: () => {
            throw new Error('a gradient was asked for')
          },
        }))
        return tf.mean(tf.square(tf.sub(w, constant(frozen))))
      }),
      parameters: { 'w/kernel': w, 'frozen/kernel': frozen, 'unseen/kernel': unseen },
      batches: function* () {
        for (;;) yield 0
      },
      optimizer: adamW({ weightDecay: 1 }),
      rateFactor: name => (name === 'w/kernel' ? 0.5 : 0),
      steps,
      checkpoints: { save: checkpoint => void saved.push(checkpoint) },
    })
    await all(options(6))
    expect([frozen.dataSync()[0], ...unseen.dataSync()]).toEqual([3, 1, 1, 1, 1])
    const [whole] = saved
    expect(Object.keys(whole.optimizer)).toEqual(['firstMoment/w/kernel', 'secondMoment/w/kernel'])
    expect(Object.keys(whole.model)).toEqual(['w/kernel', 'frozen/kernel', 'unseen/kernel'])
    w.assign(tf.ones([2, 2]))
    await all(options(3))
    for (const one of [w, frozen, unseen]) one.assign(tf.zeros(one.shape))
    await all({ ...options(6), start: saved[1] })
    expect(saved[2].model).toEqual(whole.model)
  })

  it('says which factor is none, and that something must learn', async () => {
    const w = variable(tf.ones([2]))
    const options = onlyParameter(w, () => tf.mean(w))
    await expect(all({ ...options, rateFactor: () => Number.NaN })).rejects.toThrow(
      'fit: rateFactor("w") must be a finite number of at least 0, got NaN',
    )
    await expect(all({ ...options, rateFactor: () => 0 })).rejects.toThrow(
      'fit: rateFactor must leave a parameter to learn, got 0 for all',
    )
  })

  it('stops after as many validations as patience has, without a better one, and knows it when resumed', async () => {
    const scores = [1, 3, 3, 2, 9, 9]
    const saved: [Checkpoint, boolean][] = []
    const options = (more: Partial<FitOptions<unknown>> = {}): FitOptions<unknown> => {
      const w = variable(tf.scalar(0))
      return {
        ...onlyParameter(w, () => tf.mul<tf.Scalar>(w, -10)),
        batches: function* () {
          for (;;) yield 0
        },
        // w is the step's number.
        schedule: constant(0.1),
        steps: 12,
        validation: {
          ...{ every: 2, metric: 'score', patience: 2 },
          run: () => ({ score: scores[w.dataSync()[0] / 2 - 1] }),
        },
        checkpoints: { every: 3, save: (checkpoint, { best }) => void saved.push([checkpoint, best]) },
        ...more,
      }
    }
    const seen = await all(options())
    expect(seen.map(({ step, stopped }) => [step, stopped]).slice(-2)).toEqual([
      [7, undefined],
      [8, true],
    ])
    expect(saved.map(([{ step }, best]) => [step, best])).toEqual([
      [2, true],
      [3, false],
      [4, true],
      [6, false],
      [8, false],
    ])
    const [last] = saved[4]
    const from = async (start: Checkpoint) => (await all(options({ start }))).map(({ step }) => step)
    expect(await from(saved[1][0])).toEqual([4, 5, 6, 7, 8])
    expect(saved.at(-1)?.[0]).toEqual(last)
    expect(await from(saved[3][0])).toEqual([7, 8])
    // What has stopped stays so.
    expect(await from(last)).toEqual([])
  })

  it('a validation that is interrupted comes first when training goes on, to the bits of the unbroken run', async () => {
    const run = async (stopAt: number | undefined, start?: Checkpoint) => {
      const controller = new AbortController()
      const saved: [Checkpoint, boolean][] = []
      const options = regression(6)
      const ema = exponentialMovingAverage(options.parameters, { decay: 0.5 })
      const seen: FitStep[] = []
      try {
        const steps = fit({
          ...{ ...options, ema, start, signal: controller.signal },
          validation: {
            ...{ every: 2, metric: 'score', best: 'lowest' },
            run: ({ step, signal }) => {
              if (step === stopAt) controller.abort(new Error('enough'))
              signal?.throwIfAborted()
              return { score: Math.abs(options.parameters['out/kernel'].dataSync()[0]) }
            },
          },
          checkpoints: { save: (checkpoint, { best }) => void saved.push([checkpoint, best]) },
        })
        for await (const { seconds, stepsPerSecond, ...step } of steps) seen.push(step as FitStep)
      } catch (error) {
        expect(error).toBe(controller.signal.reason)
      }
      ema.dispose()
      return { seen, saved, last: saved.at(-1)?.[0] as Checkpoint }
    }
    const whole = await run(undefined)
    for (const at of [4, 6]) {
      const stopped = await run(at)
      expect([stopped.seen.length, stopped.last.step]).toEqual([at - 1, at])
      expect(stopped.last.state.unvalidated?.loss).toBe(whole.seen[at - 1].loss)
      // Interrupted once more, it is as it was.
      expect((await run(at, stopped.last)).saved).toEqual([])
      const resumed = await run(undefined, stopped.last)
      expect([...stopped.seen, ...resumed.seen]).toEqual(whole.seen)
      expect(resumed.last).toEqual(whole.last)
      const bests = (saved: typeof whole.saved) => saved.filter(([, best]) => best).map(([{ step }]) => step)
      expect([...bests(stopped.saved), ...bests(resumed.saved)]).toEqual(bests(whole.saved))
    }
  })

  it('patience needs a number to wait for', async () => {
    const w = variable(tf.scalar(0))
    const options = onlyParameter(w, () => tf.square<tf.Scalar>(w as unknown as tf.Scalar))
    const validation = { every: 1, patience: 1, run: () => ({ score: 1 }) }
    await expect(all({ ...options, validation })).rejects.toThrow(
      'fit: validation.patience needs a validation.metric, got none',
    )
    const none = { ...validation, metric: 'score', patience: 0 }
    await expect(all({ ...options, validation: none })).rejects.toThrow(
      'validation.patience must be an integer of at least 1',
    )
  })

  it('refuses, before the first step, what it cannot train', async () => {
    const w = variable(tf.scalar(1))
    const frozen = variable(tf.scalar(1), false)
    const base = onlyParameter(w, () => tf.square(w) as tf.Scalar)
    const refused = (changes: Partial<FitOptions<unknown>>) => expect(all({ ...base, ...changes })).rejects
    await refused({ parameters: {} }).toThrow('fit: parameters must be of length at least 1, got length 0')
    await refused({ parameters: { w: frozen } }).toThrow(
      'parameters["w"] must be a trainable float32 variable',
    )
    await refused({ parameters: { w, again: w } }).toThrow('got one under two')
    await refused({ buffers: { w: frozen } }).toThrow('got w twice')
    await refused({ steps: 0 }).toThrow('steps must be an integer of at least 1, got 0')
    await refused({ clipNorm: 0 }).toThrow('clipNorm')
    await refused({ schedule: () => Number.NaN }).toThrow(
      'fit: schedule(1) must be a finite number of at least 0, got NaN',
    )
    await refused({ loss: () => tf.ones([2]) as unknown as tf.Scalar }).toThrow('loss')
    const unused = variable(tf.scalar(1))
    await refused({ parameters: { w, unused } }).toThrow('got none on unused')
    expectClose(w, 1)
  })

  it('refuses a checkpoint that does not fit, naming the tensor', async () => {
    const options = regression(4)
    const saved: Checkpoint[] = []
    await all({ ...options, checkpoints: { save: one => void saved.push(one) } })
    const [start] = saved
    const refused = (changes: Partial<Checkpoint>, more: Partial<FitOptions<tf.Tensor2D>> = {}) =>
      expect(all({ ...options, steps: 8, start: { ...start, ...changes }, ...more })).rejects
    const { 'hidden/bias': bias, ...others } = start.model
    await refused({ model: others }).toThrow('model: hidden/bias must be among the tensors, got none')
    await refused({ model: { ...start.model, extra: bias } }).toThrow('extra')
    const wrong = { ...bias, shape: [5, 1] }
    await refused({ model: { ...others, 'hidden/bias': wrong } }).toThrow(
      'must be float32 [5], got float32 [5,1]',
    )
    await refused({ optimizer: {} }).toThrow('optimizer: firstMoment/hidden/kernel')
    await refused({}, { optimizer: sgd() }).toThrow("must be this optimiser's state")
    await refused({ step: 9 }).toThrow('start.step must be an integer from 0 to 8, got 9')
    await refused({}, { batches: [tf.ones<tf.Rank.R2>([8, 3])] }).toThrow('a function of the first step')
    const ema = exponentialMovingAverage(options.parameters)
    await refused({}, { ema }).toThrow('with averaged weights')
    ema.dispose()
  })

  describe.each([
    ['is called', false],
    ['is replayed', true],
  ])('a throw, where the loss %s,', (_, replay) => {
    /** x·w through two layers: the tape saves inputs and outputs of both. */
    const options = (changes: (options: FitOptions<tf.Tensor2D>) => Partial<FitOptions<tf.Tensor2D>>) => {
      const w = variable(normal(key(4), [3, 3]))
      const base: FitOptions<tf.Tensor2D> = {
        parameters: { w },
        loss: x => {
          const once = tf.tanh(tf.matMul(x, w as tf.Tensor2D)) as tf.Tensor2D
          const loss = tf.mean<tf.Scalar>(tf.square(tf.matMul(once, w as tf.Tensor2D)))
          return { loss, metrics: { double: tf.mul<tf.Scalar>(loss, 2) } }
        },
        *batches(first) {
          for (let step = first; ; step++) yield normal(foldIn(key(3), step), [8, 3]) as tf.Tensor2D
        },
        steps: 5,
        optimizer: sgd({ momentum: 0.9 }),
        schedule: constant(0.1),
        key: seed,
        replay,
      }
      return { ...base, ...changes(base) }
    }
    const thrown = () => {
      throw new Error('mine')
    }

    it.each<[string, (options: FitOptions<tf.Tensor2D>) => Partial<FitOptions<tf.Tensor2D>>]>([
      ['of the loss', ({ loss }) => ({ loss: (...all) => [loss(...all), thrown()] as never })],
      [
        'of the loss in its second call',
        ({ loss }) => {
          let calls = 0
          return { loss: (...all) => (++calls === 2 ? ([loss(...all), thrown()] as never) : loss(...all)) }
        },
      ],
      [
        'of a gradient',
        ({ loss }) => {
          const broken = tf.customGrad(x => ({ value: tf.clone(x as tf.Tensor), gradFunc: thrown }))
          return {
            loss: (...all) => {
              const { loss: value, metrics } = loss(...all) as { loss: tf.Scalar; metrics: object }
              return { loss: broken(value) as tf.Scalar, metrics: { ...metrics } }
            },
          }
        },
      ],
      [
        'over a metric that is none',
        ({ loss }) => ({
          loss: (...all) => {
            const { loss: value, metrics } = loss(...all) as { loss: tf.Scalar; metrics: object }
            return { loss: value, metrics: { ...metrics, none: tf.ones([2]) as unknown as tf.Scalar } }
          },
        }),
      ],
      [
        'of the optimiser',
        ({ optimizer }) => ({
          optimizer: { ...optimizer, update: (...all) => [optimizer.update(...all), thrown()] as never },
        }),
      ],
      ['of the schedule', () => ({ schedule: step => (step === 2 ? thrown() : 0.1) })],
      ['of afterStep', () => ({ afterStep: thrown })],
      ['of the validation', () => ({ validation: { every: 1, run: thrown } })],
      ['of saving', () => ({ checkpoints: { every: 1, save: thrown } })],
    ])('%s leaves no tensor behind', async (_, changes) => {
      const failing = options(changes)
      const before = tf.memory().numTensors
      await expect(all(failing)).rejects.toThrow(/mine|metrics.none/)
      expect(tf.memory().numTensors).toBe(before)
    })

    it('of whoever looks at a step leaves no tensor behind', async () => {
      const looked = options(() => ({}))
      const before = tf.memory().numTensors
      const looking = async () => {
        for await (const { step } of fit(looked)) if (step === 3) thrown()
      }
      await expect(looking()).rejects.toThrow('mine')
      expect(tf.memory().numTensors).toBe(before)
    })
  })

  it('gives afterGradients what it computed, before norm and update, and goes on with what it gets', async () => {
    const train = async (changes: Partial<FitOptions<tf.Tensor2D>>) => {
      const options = { ...regression(6), optimizer: sgd({}), ...changes }
      const before = tf.memory().numTensors
      const steps = await all(options)
      expect(tf.memory().numTensors).toBe(before)
      return { steps, weights: options.parameters['out/kernel'].dataSync().slice() }
    }
    // A third of the rate with three times the gradient is the same way.
    const three = tf.scalar(3)
    const fail = () => {
      throw new Error('mine')
    }
    const tripled = await train({
      schedule: constant(0.01),
      afterGradients: ({ loss, gradients }) => ({
        loss: tf.mul(loss, 3),
        gradients: Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, tf.mul(g, three)])),
      }),
    })
    const plain = await train({ schedule: constant(0.03) })
    expectClose(tripled.weights, plain.weights, { absolute: 1e-6 })
    tripled.steps.forEach(({ loss, gradientNorm }, i) => {
      expectClose([loss / 3, gradientNorm / 3], [plain.steps[i].loss, plain.steps[i].gradientNorm], {
        relative: 1e-5,
      })
    })
    const untouched = await train({ schedule: constant(0.03), afterGradients: computed => computed })
    expect(untouched.weights).toEqual(plain.weights)
    await expect(train({ afterGradients: fail })).rejects.toThrow('mine')
    await expect(train({ afterGradients: computed => computed, replay: true })).rejects.toThrow(
      'fit: afterGradients and replay exclude each other, got both',
    )
    three.dispose()
  })

  it.each(['the batches', 'the loss'])(
    'saves what was trained before an error of %s, to go on to the bits',
    async where => {
      const whole = regression(6)
      await all(whole)
      const wanted = await Promise.all(Object.values(whole.parameters).map(one => one.data()))
      const options = regression(6)
      const saved: Checkpoint[] = []
      const checkpoints = { save: (one: Checkpoint) => void saved.push(one) }
      const draw = options.batches as (first: number) => Generator<tf.Tensor2D>
      const failing: Partial<FitOptions<tf.Tensor2D>> =
        where === 'the batches'
          ? {
              *batches(first: number) {
                for (const batch of draw(first)) {
                  if (first++ === 4) {
                    batch.dispose()
                    throw new Error('a bad picture')
                  }
                  yield batch
                }
              },
            }
          : {
              loss: (x, context) => {
                const { loss } = options.loss(x, context) as { loss: tf.Scalar }
                return context.step === 4 ? tf.div<tf.Scalar>(loss, 0) : loss
              },
            }
      await expect(all({ ...options, ...failing, checkpoints })).rejects.toThrow(
        /a bad picture|must be finite/,
      )
      expect(saved.map(({ step }) => step)).toEqual([3])
      const again = regression(6)
      await all({ ...again, start: saved[0] })
      const got = await Promise.all(Object.values(again.parameters).map(one => one.data()))
      expect(got).toEqual(wanted)
      // The running count too: the step that failed did not move it.
      expectClose((again.buffers as Record<string, tf.Variable>).passes, 6)
    },
  )
})
