import {
  describeBackends,
  expectClose,
  normalValues,
  tensorNumericalGradient,
  uniformValues,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import '../index.ts'
import { elementwiseCases } from './elementwise.ts'
import { sweepExceptions, withoutGradient } from './exceptions.ts'
import type { CaseInput, GradientCase } from './gradient-case.ts'
import { linearCases } from './linear.ts'
import { movingCases } from './moving.ts'
import { pictureCases } from './pictures.ts'
import { reductionCases } from './reductions-and-products.ts'
import { backwardKernelCases, secondOrderCases } from './second-derivatives.ts'

const cases: readonly GradientCase[] = [
  ...elementwiseCases,
  ...reductionCases,
  ...movingCases,
  ...linearCases,
  ...pictureCases,
  ...backwardKernelCases,
]

/** The kernels that have a gradient in this process. tfjs offers no list, so it is read where tfjs keeps it. */
function registeredKernels(): string[] {
  const globals = (globalThis as unknown as { _tfGlobals: Map<string, Map<string, unknown>> })._tfGlobals
  return [...globals.get('gradRegistry')!.keys()]
}

function numbers({ shape, draw }: CaseInput, seed: number): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1)
  if ('low' in draw) return uniformValues(seed, size, draw.low, draw.high)
  const order = uniformValues(seed, size)
  const ranks = [...order.keys()].sort((i, j) => order[i] - order[j])
  const values = new Float32Array(size)
  ranks.forEach((place, rank) => {
    values[place] = (rank - Math.floor(size / 2) + 0.5) * draw.spacing
  })
  return values
}

function inputsOf({ inputs }: GradientCase): tf.Tensor[] {
  return inputs.map((input, i) => tf.tensor(numbers(input, 100 + i), [...input.shape], 'float32'))
}

/** Compares all of the gradient of ⟨cotangent, f⟩ with finite differences of f itself. */
function compare(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  eps: number | undefined,
): void {
  const { shape, size } = f(...inputs)
  const cotangent = normalValues(7, size)
  const analytic = tf.grads(f)(inputs, tf.tensor(cotangent, shape, 'float32'))
  const numeric = tensorNumericalGradient(f, inputs, cotangent, { eps })
  const scale = Math.max(1, ...numeric.map(gradient => Math.max(...gradient.map(Math.abs))))
  analytic.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(inputs[i].shape)
    expectClose(gradient, numeric[i], { absolute: 5e-4 * scale, relative: 1e-3, what: `input ${i}` })
  })
}

describe('the gradient sweep', () => {
  it('has a case or a reasoned exception for every registered gradient', () => {
    const tried = new Set([
      ...cases.map(({ kernel }) => kernel),
      ...sweepExceptions.map(({ kernel }) => kernel),
    ])
    expect(registeredKernels().filter(kernel => !tried.has(kernel))).toEqual([])
  })
  it('names the complex kernels that have no gradient', () => {
    expect(withoutGradient.filter(kernel => tf.getGradient(kernel) !== undefined)).toEqual([])
  })
  it('has no exception that a case contradicts', () => {
    const tried = new Set(cases.map(({ kernel }) => kernel))
    expect(sweepExceptions.filter(({ kernel }) => tried.has(kernel))).toEqual([])
  })
})

describeBackends('gradients against finite differences', backend => {
  it.each(cases)('$title', async ({ kernel, f, eps, ...rest }) => {
    const inputs = inputsOf({ kernel, f, ...rest })
    const { kernelNames } = await tf.profile(() => f(...inputs))
    expect(kernelNames, 'kernels run').toContain(kernel)
    compare(f, inputs, eps)
  })
  it.each(sweepExceptions.filter(({ noKernel }) => noKernel))('$kernel: $reason', ({ kernel }) => {
    expect(tf.getKernel(kernel, backend)).toBeUndefined()
  })
})

describeBackends('second derivatives against finite differences', () => {
  it.each(secondOrderCases)('$title', ({ f, eps, ...rest }) => {
    const inputs = inputsOf({ f, eps, ...rest })
    const weights = tf.tidy(() => {
      const { shape, size } = f(...inputs)
      return tf.tensor(normalValues(5, size), shape, 'float32')
    })
    inputs.forEach((_, i) => {
      compare((...x) => tf.grads(f)(x, weights)[i], inputs, eps)
    })
  })
})
