import { ChiaroError } from '@chiaro/core'
import { isRecording, silu } from '@chiaro/ops'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type Replayed, replayed } from './replayed.ts'

const input = (seed: number, shape: number[] = [5, 3]) => tf.randomNormal(shape, 0, 1, 'float32', seed)
const bits = (tensors: tf.NamedTensorMap) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]))

/** What `run` gives for some inputs, on the host; nothing is left behind. */
async function runOn<R extends tf.NamedTensorMap>(f: Replayed<R>, ...inputs: tf.Tensor[]) {
  const results = await f.run(inputs)
  const read = bits(results)
  tf.dispose([results, inputs] as tf.TensorContainer)
  return read
}

async function refusal(f: Replayed<tf.NamedTensorMap>, inputs: () => tf.Tensor[], runs = 2) {
  const inputsMade: tf.Tensor[] = []
  try {
    for (let i = 0; i < runs; i++) {
      const made = inputs()
      inputsMade.push(...made)
      tf.dispose(await f.run(made))
    }
  } catch (error) {
    expect(error).toBeInstanceOf(ChiaroError)
    return error as ChiaroError
  } finally {
    f.dispose()
    tf.dispose(inputsMade)
  }
  throw new Error('nothing was refused')
}

describeBackends('replayed', () => {
  it('gives the bits of the function on inputs it was not recorded on, the gradient included', async () => {
    const w = tf.variable(input(1, [3, 4]))
    const eager = ([x, y]: readonly tf.Tensor[]) => {
      const loss = () => tf.mean(tf.squaredDifference(tf.sum(silu(tf.matMul(x, w)), 1), tf.mul(y, 2)))
      const { value, grads } = tf.variableGrads(loss as () => tf.Scalar, [w])
      return { value, gradient: grads[w.name] }
    }
    const f = replayed('test', eager)
    for (let step = 0; step < 8; step++) {
      const inputs = [input(10 + step), input(30 + step, [5])]
      const expected = bits(tf.tidy(() => eager(inputs)))
      const results = await f.run(inputs)
      expect(bits(results)).toEqual(expected)
      w.assign(tf.tidy(() => tf.sub(w, tf.mul(results.gradient, 0.1))))
      tf.dispose([results, inputs] as tf.TensorContainer)
    }
    expect(f.calls).toBeGreaterThan(4)
    f.dispose()
    w.dispose()
  })
  it('leaves out kernels that no result depends on, and names for the same data', async () => {
    const f = replayed('test', ([x]) =>
      tf.tidy(() => ({ y: tf.clone(tf.reshape(tf.exp(x), [-1])), z: tf.sin(x) })),
    )
    const g = replayed('test', ([x]) =>
      tf.tidy(() => {
        tf.cos(x)
        return { y: tf.reshape(tf.clone(tf.exp(x)), [-1]) }
      }),
    )
    for (let step = 0; step < 3; step++) {
      await runOn(f, input(step))
      await runOn(g, input(step))
    }
    expect([f.calls, g.calls]).toEqual([2, 1])
    f.dispose()
    g.dispose()
  })
  it('runs the function itself twice only', async () => {
    let runs = 0
    const recording: boolean[] = []
    const f = replayed('test', ([x]) => {
      runs += 1
      recording.push(isRecording())
      return { y: tf.add(x, 1) }
    })
    for (let step = 0; step < 5; step++) await runOn(f, input(step))
    expect(runs).toBe(2)
    expect([...recording, isRecording()]).toEqual([true, true, false])
    f.dispose()
  })
  it('gives inputs, variables and tensors from outside as results of their own', async () => {
    const w = tf.variable(tf.scalar(3))
    const outside = tf.tensor1d([1, 2])
    const f = replayed('test', ([x]) => ({
      x: tf.clone(x),
      again: tf.clone(x),
      w: tf.clone(w),
      outside: tf.clone(outside),
      constant: tf.tensor1d([7]),
    }))
    for (let step = 0; step < 5; step++) {
      const x = input(step, [2])
      const expected = bits({ x, again: x, w, outside, constant: tf.tidy(() => tf.tensor1d([7])) })
      expect(await runOn(f, x)).toEqual(expected)
    }
    f.dispose()
    w.dispose()
    expect([...outside.dataSync()]).toEqual([1, 2])
    outside.dispose()
  })
  it('assigns to variables what the function assigns, and reads what others assign', async () => {
    const [mean, other] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))]
    const step = ([x]: readonly tf.Tensor[]) =>
      tf.tidy(() => {
        mean.assign(tf.add(tf.mul(mean, 0.5), tf.mul(tf.mean(x), 0.5)))
        return { y: tf.mul(tf.add(mean, other), 1) }
      })
    const f = replayed('test', step)
    let expected = 0
    for (let i = 0; i < 6; i++) {
      expected = 0.5 * expected + 0.5 * i
      other.assign(tf.tidy(() => tf.scalar(10 * i)))
      const x = tf.fill([4], i)
      expect((await runOn(f, x)).y).toEqual([Math.fround(expected + 10 * i)])
      expect(mean.dataSync()[0]).toBe(Math.fround(expected))
    }
    f.dispose()
    tf.dispose([mean, other])
  })
  it('takes batches that share data with one another or with a tensor from outside', async () => {
    const shared = input(1, [4])
    const f = replayed('test', ([x, y]) => tf.tidy(() => ({ z: tf.add(tf.mul(x, 2), tf.add(y, shared)) })))
    for (const [x, y] of [
      [shared, shared],
      [shared, input(2, [4])],
      [input(3, [4]), input(4, [4])],
    ]) {
      const expected = bits({ z: tf.tidy(() => tf.add(tf.mul(x, 2), tf.add(y, shared))) })
      expect(await runOn(f, tf.clone(x), tf.clone(y))).toEqual(expected)
    }
    f.dispose()
  })
  it('refuses a read on the host, and goes on working afterwards', async () => {
    const f = replayed('train', ([x]) => (x.dataSync()[0] > 0 ? { y: tf.exp(x) } : { y: tf.log(x) }))
    const error = await refusal(f, () => [input(1)])
    expect(error.code).toBe('argument-conflict')
    expect(error.message).toMatch(/^train: a step that is replayed must not read tensors on the host/)
    expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3)
    expect(isRecording()).toBe(false)
  })
  it('refuses what changes from run to run', async () => {
    let count = 0
    const changing: Record<string, [(x: tf.Tensor) => tf.Tensor, RegExp]> = {
      kernels: [x => (count++ % 2 === 0 ? tf.exp(x) : tf.sin(x)), /kernel 0 was Exp, then Sin/],
      constants: [x => tf.mul(x, count++), /made on the host was another/],
      attributes: [
        x => tf.clipByValue(x, 0, ++count),
        /attribute clipValueMax of kernel \d+, ClipByValue, was/,
      ],
      random: [x => tf.add(x, tf.randomNormal([3])), /made on the host was another/],
      outside: [x => tf.add(x, outside[count++]), /the input b \[\] of kernel \d+, Add, was another tensor/],
    }
    const outside = [1, 2].map(i => tf.scalar(i))
    for (const [kind, [change, message]] of Object.entries(changing)) {
      count = 0
      const error = await refusal(
        replayed('train', ([x]) => tf.tidy(() => ({ y: change(x) }))),
        () => [input(1)],
      )
      expect(error.message, kind).toMatch(message)
      expect(error.message).toMatch(/^train: the loss cannot be replayed: .*; pass what changes/)
    }
    tf.dispose(outside)
  })
  it('refuses other shapes, dtypes and numbers of inputs', async () => {
    const f = () => replayed('train', ([x]) => ({ y: tf.add(x, 1) }))
    let rows = 4
    const shape = await refusal(f(), () => [input(1, [rows++])])
    expect(shape.message).toMatch(/batch tensor 0 must be float32 \[4\], as the first .* got float32 \[5\]/)
    const dtypes = ['float32', 'int32'] as const
    let made = 0
    const dtype = await refusal(f(), () => [tf.zeros([2], dtypes[made++])])
    expect(dtype.message).toMatch(/got int32 \[2\]/)
    let tensors = 1
    const number = await refusal(f(), () => Array.from({ length: tensors++ }, () => input(1)))
    expect(number.message).toMatch(/batch must be of 1 tensors, as the first, got 2/)
  })
  it('refuses to record inside a recording, and strings', async () => {
    const inner = replayed('inner', () => ({ y: tf.scalar(1) }))
    let problem: Promise<unknown> | undefined
    const outer = replayed('outer', ([x]) => {
      problem ??= inner.run([]).catch((error: unknown) => error)
      return { y: tf.exp(x) }
    })
    await runOn(outer, input(1))
    outer.dispose()
    const strings = replayed('train', () => ({ y: tf.tensor1d(['a']) }))
    expect((await refusal(strings, () => [])).message).toMatch(/float32, int32 and bool tensors, got string/)
    tf.dispose((await problem) as tf.TensorContainer)
    inner.dispose()
  })
  it('holds no more after 300 runs than after 3, and nothing after dispose', async () => {
    const w = tf.variable(input(1, [3, 4]))
    const start = tf.memory()
    const f = replayed('test', ([x]) => {
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.abs(tf.sigmoid(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)))) as tf.Scalar,
        [w],
      )
      return { value, gradient: grads[w.name], abs: tf.abs(x) }
    })
    let after = tf.memory()
    let ids = 0
    for (let step = 1; step <= 300; step++) {
      await runOn(f, input(step))
      if (step === 3) {
        after = tf.memory()
        ids = tf.backend().numDataIds()
      }
    }
    expect(tf.backend().numDataIds()).toBe(ids)
    expect(tf.memory().numTensors).toBe(after.numTensors)
    expect(tf.memory().numBytes).toBe(after.numBytes)
    f.dispose()
    expect(tf.memory().numTensors).toBe(start.numTensors)
    expect(tf.memory().numDataBuffers).toBe(start.numDataBuffers)
    w.dispose()
  })
})
