import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitKernelDensityNoise } from './fit-kernel-density-noise.ts'
import { kernelDensityNoise } from './kernel-density-noise.ts'

const rows = [
  [1, 2],
  [3, 0],
  [0, 4],
]

describeBackends('fitKernelDensityNoise', () => {
  it('puts a kernel on every row', async () => {
    const noise = await fitKernelDensityNoise(tf.tensor2d(rows))
    expect(noise.spec).toEqual(kernelDensityNoise(rows).spec)
    const wide = await fitKernelDensityNoise(tf.tensor2d(rows), { bandwidth: [1, 2] })
    expect(wide.spec.bandwidth).toEqual([1, 2])
  })
  it('names what is no number', async () => {
    await expect(fitKernelDensityNoise(tf.tensor2d([[1], [Number.NaN]]))).rejects.toThrow(
      /fitKernelDensityNoise: x\[1, 0\] must be a finite number, got NaN/,
    )
  })
})
