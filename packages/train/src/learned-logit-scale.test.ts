import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type LearnedLogitScale, learnedLogitScale } from './learned-logit-scale.ts'

const logarithm = (scale: LearnedLogitScale) => scale.parameters['logitScale/logarithm']

/** d(weight·s)/d log s. */
function gradientOf(scale: LearnedLogitScale, weight: number): number {
  const loss = () => tf.mul(scale.scale(), weight) as tf.Scalar
  return tf.variableGrads(loss, [logarithm(scale)]).grads[logarithm(scale).name].dataSync()[0]
}

describeBackends('learnedLogitScale', () => {
  it("starts at CLIP's 1/0.07 and holds its logarithm", () => {
    const scale = learnedLogitScale()
    expectClose(scale.scale(), 1 / 0.07)
    expectClose(logarithm(scale), 2.6592600369327783)
    logarithm(scale).dispose()
  })

  it('has the gradient s·∂L/∂s', () => {
    const scale = learnedLogitScale({ initial: 5 })
    expectClose(gradientOf(scale, 3), 15)
    logarithm(scale).dispose()
  })

  it.each([
    [200, 100],
    [0.5, 1],
    [42, 42],
  ])('brings a scale of %d back to %d after the step', (moved, clamped) => {
    const scale = learnedLogitScale()
    logarithm(scale).assign(tf.scalar(Math.log(moved)))
    scale.clamp()
    expectClose(scale.scale(), clamped)
    logarithm(scale).dispose()
  })

  it('keeps its gradient at the clamp, so that it can come down again', () => {
    const scale = learnedLogitScale({ initial: 100 })
    scale.clamp()
    expectClose(gradientOf(scale, 1), 100)
    expectClose(gradientOf(scale, -1), -100)
    logarithm(scale).dispose()
  })

  it('takes other bounds and says which option is wrong', () => {
    const scale = learnedLogitScale({ initial: 3, maximum: 4, minimum: 2 })
    logarithm(scale).assign(tf.scalar(0))
    scale.clamp()
    expectClose(scale.scale(), 2)
    logarithm(scale).dispose()
    expect(() => learnedLogitScale({ initial: 200 })).toThrow(
      'learnedLogitScale: initial must be a number from 1 to 100, got 200',
    )
    expect(() => learnedLogitScale({ maximum: 0.5 })).toThrow('maximum')
    expect(() => learnedLogitScale({ minimum: 0 })).toThrow('minimum')
  })
})
