import * as tf from '@tensorflow/tfjs-core'
import { defineGradient, run } from './define-gradient.ts'
import { stuffZeros, takeEvery } from './zero-stuffing.ts'

interface ConvolutionAttributes extends tf.NamedAttrMap {
  dilations: number | number[]
}

/** The three kernels of one kind of convolution and how many spatial axes its filter starts with. */
type Kind = readonly [forward: string, backpropInput: string, backpropFilter: string, spatial: number]

const kinds: readonly Kind[] = [
  [tf.Conv2D, tf.Conv2DBackpropInput, tf.Conv2DBackpropFilter, 2],
  [
    tf.DepthwiseConv2dNative,
    tf.DepthwiseConv2dNativeBackpropInput,
    tf.DepthwiseConv2dNativeBackpropFilter,
    2,
  ],
  [tf.Conv3D, tf.Conv3DBackpropInputV2, tf.Conv3DBackpropFilterV2, 3],
]

/**
 * A convolution is linear in its input and in its filter, so the gradients of all three kernels are one of the
 * other two. A dilated filter is an ordinary one with zeros between its taps: the backward kernels, which know
 * no dilation, get that one (and spend the products with zeros).
 */
function gradientsOf([forward, backpropInput, backpropFilter, spatial]: Kind): tf.GradConfig[] {
  const axes = Array.from({ length: spatial }, (_, axis) => axis)
  const ones = axes.map(() => 1)
  const undilated = (attrs: ConvolutionAttributes) => ({ ...attrs, dilations: ones })
  const rate = ({ dilations }: ConvolutionAttributes, axis: number) =>
    typeof dilations === 'number' ? dilations : (dilations?.[axis] ?? 1)
  return [
    defineGradient<ConvolutionAttributes>(forward, { inputs: ['x', 'filter'] }, (dy, [x, filter], attrs) => {
      const wide = () => axes.reduce((taps, axis) => stuffZeros(taps, axis, rate(attrs, axis)), filter)
      return {
        x: () => run(backpropInput, { dy, filter: wide() }, { ...undilated(attrs), inputShape: x.shape }),
        filter: () => {
          const filterShape = filter.shape.map((n, axis) =>
            axis < spatial ? (n - 1) * rate(attrs, axis) + 1 : n,
          )
          const taps = run(backpropFilter, { x, dy }, { ...undilated(attrs), filterShape })
          return axes.reduce((narrow, axis) => takeEvery(narrow, axis, rate(attrs, axis)), taps)
        },
      }
    }),
    defineGradient<ConvolutionAttributes>(
      backpropInput,
      { inputs: ['dy', 'filter'] },
      (ddx, [dy, filter], { inputShape: _, ...attrs }) => ({
        dy: () => run(forward, { x: ddx, filter }, undilated(attrs)),
        filter: () => run(backpropFilter, { x: ddx, dy }, { ...undilated(attrs), filterShape: filter.shape }),
      }),
    ),
    defineGradient<ConvolutionAttributes>(
      backpropFilter,
      { inputs: ['x', 'dy'] },
      (dFilter, [x, dy], { filterShape: _, ...attrs }) => ({
        x: () => run(backpropInput, { dy, filter: dFilter }, { ...undilated(attrs), inputShape: x.shape }),
        dy: () => run(forward, { x, filter: dFilter }, undilated(attrs)),
      }),
    ),
  ]
}

/** Gradients of grayscale dilation (a maximum over the window) come from kernels of their own. */
const dilation2d = defineGradient<tf.NamedAttrMap>(
  tf.Dilation2D,
  { inputs: ['x', 'filter'] },
  (dy, [x, filter], attrs) => ({
    x: () => run(tf.Dilation2DBackpropInput, { x, filter, dy }, attrs),
    filter: () => run(tf.Dilation2DBackpropFilter, { x, filter, dy }, attrs),
  }),
)

/** Convolutions of two and three dimensions, depthwise and transposed, dilated or not. */
export const convolutions: readonly tf.GradConfig[] = [...kinds.flatMap(gradientsOf), dilation2d]
