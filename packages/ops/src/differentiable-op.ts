import * as tf from '@tensorflow/tfjs-core'
import { customGradient } from './custom-gradient.ts'
import { gradientDepth } from './engine-state.ts'
import { gradientOf, hasFastKernel, runFastKernel } from './fast-kernel.ts'

/** The tensors that an op's contract names. */
export type TensorsOf<Contract> = { readonly [Name in keyof Contract]: tf.Tensor }

/** When a kernel may stand in for the composed form. */
export interface FastOrOptions {
  /** How many derivatives the kernel has; where more are recorded, the form is composed. Default: nobody asks. */
  readonly derivatives?: number
  /** Whether the inputs are such as the kernel takes. Default true. */
  readonly fits?: boolean
}

/**
 * The outputs of an op: by the current backend's kernel where it has one, else composed.
 *
 * @param inputs what the kernel takes; not called where there is none
 */
export function fastOr(
  op: string,
  inputs: () => object,
  attributes: object,
  composed: () => tf.Tensor[],
  { derivatives = Number.POSITIVE_INFINITY, fits = true }: FastOrOptions = {},
): tf.Tensor[] {
  return fits && hasFastKernel(op) && gradientDepth() <= derivatives
    ? runFastKernel(op, inputs(), attributes)
    : tf.tidy(composed)
}

/** An op with a kernel, written down once; `differentiableOp` says what follows from it. */
export interface OpDefinition<Inputs, Attributes, Saved extends keyof Inputs> {
  /** Under which kernels are registered; those of its gradient as "NameGrad". */
  readonly name: string
  /** The inputs that have a gradient, in the order in which it comes. */
  readonly inputs: readonly (keyof Inputs)[]
  /** The inputs that the gradient is made of, kept for it. */
  readonly save: readonly Saved[]
  /** The output, of ops that tfjs can differentiate. */
  readonly composed: (inputs: Inputs, attributes: Attributes) => tf.Tensor
  /** The gradient of each of `inputs`, of differentiable ops. Default: tfjs's of the composed form. */
  readonly composedGradient?: (
    saved: Pick<Inputs, Saved> & { readonly dy: tf.Tensor },
    attributes: Attributes,
  ) => tf.Tensor[]
  /** True where the composed form, and not `composedGradient`, is what is differentiated twice. Default false. */
  readonly firstOrder?: boolean
  /** Whether the kernels take these inputs. Default: all. */
  readonly fits?: (inputs: Inputs, attributes: Attributes) => boolean
}

/**
 * The rule of every op that has a kernel and a gradient. The output comes from the backend's kernel where there is one;
 * so does the gradient, unless a derivative of it is being recorded, which a kernel has not: then it is composed.
 * Where there is neither kernel nor composed gradient, or within two gradients an op of first order, the composed form
 * stands for itself.
 */
export function differentiableOp<
  Inputs extends { readonly [Name in keyof Inputs]: tf.Tensor },
  Attributes extends object,
  Saved extends keyof Inputs,
>(
  definition: OpDefinition<Inputs, Attributes, Saved>,
): (inputs: Inputs, attributes: Attributes) => tf.Tensor {
  const { name, inputs: differentiable, save, composed, composedGradient, firstOrder, fits } = definition
  const gradientName = gradientOf(name)
  return (inputs, attributes) => {
    const fitting = fits === undefined || fits(inputs, attributes)
    const fast = fitting && hasFastKernel(name)
    if ((!fast && composedGradient === undefined) || (firstOrder && gradientDepth() > 1)) {
      return tf.tidy(() => composed(inputs, attributes))
    }
    const gradient = (dy: tf.Tensor, kept: tf.Tensor[]) => {
      const named: { [name in PropertyKey]: tf.Tensor } = { dy }
      for (let i = 0; i < save.length; i++) named[save[i]] = kept[i]
      const saved = named as Pick<Inputs, Saved> & { readonly dy: tf.Tensor }
      if (composedGradient === undefined) return runFastKernel(gradientName, saved, attributes)
      const composedOne = () => composedGradient(saved, attributes)
      return fastOr(gradientName, () => saved, attributes, composedOne, { derivatives: 0, fits: fitting })
    }
    return customGradient(
      () => ({
        value: fast ? runFastKernel(name, inputs, attributes)[0] : composed(inputs, attributes),
        saved: save.map(input => inputs[input]),
        gradient,
      }),
      ...differentiable.map(input => inputs[input]),
    )
  }
}
