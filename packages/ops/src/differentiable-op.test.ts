import { describeBackends, expectClose, secondDerivative } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { differentiableOp, fastOr } from './differentiable-op.ts'
import { registerFastKernel } from './fast-kernel.ts'
import './gradients/register-gradients.ts'

describeBackends('differentiableOp', backendName => {
  let ran: string[] = []
  beforeEach(() => {
    ran = []
  })
  afterEach(() => {
    for (const op of ['TestCube', 'TestCubeGrad']) {
      if (tf.getKernel(op, backendName) !== undefined) tf.unregisterKernel(op, backendName)
    }
  })
  const kernel = (op: string, compute: (inputs: tf.NamedTensorMap) => tf.Tensor) =>
    registerFastKernel({
      op,
      backendName,
      kernel: ({ inputs }) => {
        ran.push(op)
        return compute(inputs as tf.NamedTensorMap)
      },
    })
  const registerBoth = () => {
    kernel('TestCube', ({ x }) => tf.mul(x, tf.square(x)))
    kernel('TestCubeGrad', ({ x, dy }) => tf.mul(dy, tf.mul(3, tf.square(x))))
  }
  type Inputs = { readonly x: tf.Tensor }
  const definition = {
    name: 'TestCube',
    inputs: ['x'] as const,
    save: ['x'] as const,
    composed: ({ x }: Inputs) => {
      ran.push('composed')
      return tf.mul(x, tf.square(x))
    },
  }
  const composedGradient = ({ x, dy }: Inputs & { readonly dy: tf.Tensor }) => {
    ran.push('composedGradient')
    return [tf.mul(dy, tf.mul(3, tf.square(x)))]
  }
  const cube = (more: object = {}) => {
    const op = differentiableOp<Inputs, object, 'x'>({ ...definition, ...more })
    return (x: tf.Tensor) => op({ x }, {})
  }
  const x = () => tf.tensor1d([2, -1])
  const twice = (f: (x: tf.Tensor) => tf.Tensor) => secondDerivative(f, x(), tf.ones([2]))

  it('takes the kernels for a value and a gradient', () => {
    registerBoth()
    for (const more of [{}, { composedGradient }, { composedGradient, firstOrder: true }]) {
      ran = []
      expectClose(cube(more)(x()), [8, -1])
      expectClose(tf.grad(cube(more))(x()), [12, 3])
      expect(ran).toEqual(['TestCube', 'TestCube', 'TestCubeGrad'])
    }
  })
  it('composes the gradient where a derivative of it is recorded', () => {
    registerBoth()
    expectClose(twice(cube({ composedGradient })), [12, -6])
    expect(ran).toEqual(['TestCube', 'composedGradient'])
  })
  it('composes an op of first order within two gradients', () => {
    registerBoth()
    for (const more of [{ firstOrder: true }, { composedGradient, firstOrder: true }]) {
      ran = []
      expectClose(twice(cube(more)), [12, -6])
      expect(ran).toEqual(['composed'])
    }
  })
  it('composes both where there is no kernel, or none for such inputs', () => {
    expectClose(tf.grad(cube())(x()), [12, 3])
    expect(ran).toEqual(['composed'])
    registerBoth()
    ran = []
    expectClose(tf.grad(cube({ composedGradient, fits: () => false }))(x()), [12, 3])
    expect(ran).toEqual(['composed', 'composedGradient'])
  })
  it('fastOr composes where more derivatives are recorded than its kernel has', () => {
    registerBoth()
    const f = (x: tf.Tensor) =>
      fastOr(
        'TestCube',
        () => ({ x }),
        {},
        () => [definition.composed({ x })],
        { derivatives: 0 },
      )[0]
    expectClose(f(x()), [8, -1])
    expectClose(tf.grad(f)(x()), [12, 3])
    expect(ran).toEqual(['TestCube', 'composed'])
  })
})
