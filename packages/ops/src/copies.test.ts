// Two copies of this package in one tree, as two versions of what stands on it would bring.
import { expectClose, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'

const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
beforeAll(() => useTestBackend('cpu'))
beforeEach(() => warn.mockClear())
afterAll(() => warn.mockRestore())

async function copy() {
  vi.resetModules()
  const { registerFastKernel } = await import('./fast-kernel.ts')
  const { differentiableOp } = await import('./differentiable-op.ts')
  const { isRecording, whileRecording } = await import('./recording-state.ts')
  return { registerFastKernel, differentiableOp, isRecording, whileRecording }
}

type Copy = Awaited<ReturnType<typeof copy>>

/** An op of a copy: its input doubled, by the kernels of a contract or composed. */
function doubleOf({ differentiableOp }: Copy, name: string) {
  const op = differentiableOp({
    name,
    inputs: ['x'],
    save: ['x'],
    composed: ({ x }: { readonly x: tf.Tensor }) => tf.mul(x, 2),
    composedGradient: ({ dy }) => [tf.mul(dy, 2)],
  })
  return (x: tf.Tensor) => op({ x }, {})
}

/** Kernels whose results tell whose they are. */
function registerKernels({ registerFastKernel }: Copy, factors: Readonly<Record<string, number>>) {
  for (const [op, factor] of Object.entries(factors))
    registerFastKernel({
      op,
      backendName: 'cpu',
      kernel: ({ inputs: { x, dy = x } }) => tf.mul(dy as tf.Tensor, factor),
    })
}

it('a kernel of another contract is not taken: the op is composed, which is said once', async () => {
  const [old, young] = [await copy(), await copy()]
  const [first, second] = [doubleOf(old, 'TestDouble'), doubleOf(young, 'TestDouble/2')]
  registerKernels(old, { TestDouble: 20, TestDoubleGrad: 30 })
  const x = tf.tensor1d([1, 3])
  expectClose(first(x), [20, 60])
  expectClose(tf.grad(first)(x), [30, 30])
  expect(warn).not.toHaveBeenCalled()

  expectClose(second(x), [2, 6])
  expectClose(tf.grad(second)(x), [2, 2])
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0][0]).toContain(
    'cpu has a kernel for TestDouble, and this copy needs one for TestDouble/2',
  )

  registerKernels(young, { 'TestDouble/2': 200, 'TestDoubleGrad/2': 300 })
  expectClose(second(x), [200, 600])
  expectClose(tf.grad(second)(x), [300, 300])
  expectClose(first(x), [20, 60])
  expectClose(tf.grad(first)(x), [30, 30])
})

it('a kernel of the same contract is taken, whichever copy brought it', async () => {
  const [one, other] = [await copy(), await copy()]
  registerKernels(one, { TestAlike: 20, TestAlikeGrad: 30 })
  const double = doubleOf(other, 'TestAlike')
  expectClose(double(tf.tensor1d([1, 3])), [20, 60])
  expectClose(tf.grad(double)(tf.tensor1d([1, 3])), [30, 30])
  expect(warn).not.toHaveBeenCalled()
})

it('no kernel at all is nothing to speak of', async () => {
  const one = await copy()
  expectClose(doubleOf(one, 'TestLonely')(tf.tensor1d([1, 3])), [2, 6])
  expect(warn).not.toHaveBeenCalled()
})

it('what one copy records, another knows of, also where it throws', async () => {
  const [one, other] = [await copy(), await copy()]
  expect(one.isRecording).not.toBe(other.isRecording)
  expect(one.whileRecording(() => other.isRecording())).toBe(true)
  expect(() =>
    one.whileRecording(() => {
      throw new Error('within')
    }),
  ).toThrow('within')
  expect([one.isRecording(), other.isRecording()]).toEqual([false, false])
})
