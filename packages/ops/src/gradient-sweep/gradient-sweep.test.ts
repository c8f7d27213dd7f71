import {
  type BackendName,
  describeBackends,
  expectClose,
  normalValues,
  tensorNumericalGradient,
  uniformValues,
  useTestBackend,
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

function tensorsOf(inputs: readonly CaseInput[]): tf.Tensor[] {
  return inputs.map((input, i) => tf.tensor(numbers(input, 100 + i), [...input.shape], 'float32'))
}

/**
 * f's value and derivatives on a reference: ⟨cotangent, f⟩ by finite differences. Taken where the test runs, but for a
 * graphics card on the cpu backend: a card answers too slowly for hundreds of reads, and its own value is then compared.
 */
async function referenceFor(
  backend: BackendName,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly CaseInput[],
  eps: number | undefined,
) {
  const there = backend === 'webgl' || backend === 'webgpu' ? 'cpu' : backend
  if (there !== backend) await useTestBackend(there)
  try {
    const tensors = tensorsOf(inputs)
    const { shape, size, value } = tf.tidy(() => {
      const y = f(...tensors)
      return { shape: y.shape, size: y.size, value: y.dataSync() }
    })
    const cotangent = normalValues(7, size)
    return {
      shape,
      value,
      cotangent,
      derivatives: tensorNumericalGradient(f, tensors, cotangent, { eps }),
    }
  } finally {
    if (there !== backend) await tf.setBackend(backend)
  }
}

/** Compares all of the gradient of ⟨cotangent, f⟩ with finite differences of f itself. */
async function compare(
  backend: BackendName,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly CaseInput[],
  eps: number | undefined,
): Promise<void> {
  const { shape, value, cotangent, derivatives } = await referenceFor(backend, f, inputs, eps)
  const tensors = tensorsOf(inputs)
  // 2⁻¹¹ is what WGSL grants sine and cosine.
  expectClose(f(...tensors), value, { absolute: 2 ** -11, relative: 1e-4, what: 'value' })
  const analytic = tf.grads(f)(tensors, tf.tensor(cotangent, shape, 'float32'))
  const scale = Math.max(1, ...derivatives.map(gradient => Math.max(...gradient.map(Math.abs))))
  analytic.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(tensors[i].shape)
    expectClose(gradient, derivatives[i], { absolute: 5e-4 * scale, relative: 1e-3, what: `input ${i}` })
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
  it.each(cases)('$title', async ({ kernel, f, inputs, eps }) => {
    const { kernelNames } = await tf.profile(() => f(...tensorsOf(inputs)))
    expect(kernelNames, 'kernels run').toContain(kernel)
    await compare(backend, f, inputs, eps)
  })
  it.each(sweepExceptions.filter(({ noKernel }) => noKernel))('$kernel: $reason', ({ kernel }) => {
    expect(tf.getKernel(kernel, backend)).toBeUndefined()
  })
})

describeBackends('second derivatives against finite differences', backend => {
  it.each(secondOrderCases)('$title', async ({ f, eps, inputs }) => {
    const slopeOfInput =
      (i: number) =>
      (...x: tf.Tensor[]) => {
        const { shape, size } = f(...x)
        return tf.grads(f)(x, tf.tensor(normalValues(5, size), shape, 'float32'))[i]
      }
    for (const i of inputs.keys()) await compare(backend, slopeOfInput(i), inputs, eps)
  })
})
