import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { hasFastKernel, registerFastKernel, runFastKernel } from './fast-kernel.ts'

describeBackends('registerFastKernel', backendName => {
  it('runs the kernel registered last, without a warning, and passes inputs and attributes', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(hasFastKernel('TestTimes')).toBe(false)
    registerFastKernel({ op: 'TestTimes', backendName, kernel: () => tf.scalar(0) })
    registerFastKernel({
      op: 'TestTimes',
      backendName,
      kernel: ({ inputs, attrs }) => {
        expect(Object.keys(inputs)).toEqual(['x'])
        return [tf.mul(inputs.x as tf.Tensor, Number(attrs?.factor)), tf.scalar(7)]
      },
    })
    expect(hasFastKernel('TestTimes')).toBe(true)
    const [times, seven] = runFastKernel('TestTimes', { x: tf.tensor1d([1, 2]), y: undefined }, { factor: 3 })
    expectClose(times, [3, 6])
    expectClose(seven, 7)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
    tf.unregisterKernel('TestTimes', backendName)
  })
})
