import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, gradientCase, spaced, uniform } from './gradient-case.ts'

/** Shapes of A and B before either is transposed. */
const products: readonly [string, number[], number[]][] = [
  ['matrices', [2, 3], [3, 4]],
  ['a batch', [2, 2, 3], [2, 3, 2]],
  ['one B for a batch of A', [3, 2, 2], [1, 2, 3]],
  ['one A for a batch of B', [1, 2, 2], [3, 2, 3]],
  ['a B of lower rank', [2, 2, 3], [3, 2]],
  ['two batch axes, the first broadcast', [2, 2, 2, 2], [1, 2, 2, 2]],
  ['rows and columns', [1, 3], [3, 1]],
]

const swapped = (shape: readonly number[]) => [...shape.slice(0, -2), ...shape.slice(-2).reverse()]

const matMulCases = products.flatMap(([title, a, b]) =>
  [false, true].flatMap(transposeA =>
    [false, true].map(transposeB =>
      gradientCase(
        tf.BatchMatMul,
        `${title}${transposeA ? ', A transposed' : ''}${transposeB ? ', B transposed' : ''}`,
        [uniform(transposeA ? swapped(a) : a), uniform(transposeB ? swapped(b) : b)],
        (x, y) => tf.matMul(x, y, transposeA, transposeB),
      ),
    ),
  ),
)

const einsumCases = (
  [
    ['ij,jk->ik', [2, 3], [3, 2]],
    ['bij,bkj->bik', [2, 2, 3], [2, 2, 3]],
    ['i,j->ij', [2], [3]],
    ['ij,ij->', [2, 2], [2, 2]],
    ['ij,jk->i', [2, 3], [3, 2]],
    ['ij->ji', [2, 3]],
    ['ij->i', [2, 3]],
    ['ijk->', [2, 2, 2]],
  ] as [string, ...number[][]][]
).map(([equation, ...shapes]) =>
  gradientCase(
    tf.Einsum,
    equation,
    shapes.map(shape => uniform(shape)),
    (...x) => tf.einsum(equation, ...x),
  ),
)

type Padding =
  | 'same'
  | 'valid'
  | number
  | [[number, number], [number, number], [number, number], [number, number]]
const settings: readonly {
  stride: number | [number, number]
  pad: Padding
  dilation?: number | [number, number]
}[] = [
  { stride: 1, pad: 'same' },
  { stride: 1, pad: 'valid' },
  { stride: 2, pad: 'same' },
  { stride: [2, 1], pad: 'valid' },
  { stride: 1, pad: 1 },
  { stride: 1, pad: [[0, 0], [1, 0], [0, 2], [0, 0]] }, // biome-ignore format: one line a setting
  { stride: 1, pad: 'same', dilation: 2 },
  { stride: 1, pad: 'valid', dilation: [2, 1] },
  { stride: 1, pad: 2, dilation: 2 },
]
const described = ({ stride, pad, dilation = 1 }: (typeof settings)[number]) =>
  `stride ${stride}, pad ${JSON.stringify(pad)}, dilation ${dilation}`

/**
 * tfjs works out the result of a pad given as a number from the filter's height alone; with any other width the
 * wasm backend writes past its end. So those filters are square.
 */
const filterShape = (pad: Padding) => (typeof pad === 'number' ? [3, 3, 2, 2] : [3, 2, 2, 2])

const conv2dCases = settings.flatMap(setting => {
  const { stride, pad, dilation } = setting
  return [
    gradientCase(
      tf.Conv2D,
      described(setting),
      [uniform([1, 5, 4, 2]), uniform(filterShape(pad))],
      (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad, 'NHWC', dilation),
    ),
    gradientCase(
      tf.DepthwiseConv2dNative,
      described(setting),
      [uniform([1, 5, 5, 2]), uniform([2, 2, 2, 2])],
      (x, filter) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad, 'NHWC', dilation),
    ),
  ]
})

const dilated2d = (stride: number, pad: 'same' | 'valid', dilation: number) =>
  gradientCase(
    tf.Dilation2D,
    `stride ${stride}, pad ${pad}, dilation ${dilation}`,
    [spaced([1, 4, 4, 1], 0.3), uniform([2, 2, 1], -0.02, 0.02)],
    (x, filter) => tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, stride, pad, dilation),
  )

/** Kernels linear in each input: products, sums of products, convolutions. Dilation2D goes with them by shape. */
export const linearCases: readonly GradientCase[] = [
  ...matMulCases,
  ...einsumCases,
  ...conv2dCases,
  gradientCase(tf.Conv2D, '1×1', [uniform([2, 3, 3, 2]), uniform([1, 1, 2, 3])], (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  ),
  gradientCase(tf.Conv2D, '1×1, stride 2', [uniform([2, 4, 3, 2]), uniform([1, 1, 2, 3])], (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'),
  ),
  gradientCase(tf.Conv2D, 'one dimension', [uniform([2, 5, 2]), uniform([3, 2, 2])], (x, filter) =>
    tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, 'same', 'NWC', 2),
  ),
  ...([1, 2] as const).flatMap(stride =>
    (['same', 'valid'] as const).map(pad =>
      gradientCase(
        tf.Conv2DBackpropInput,
        `transposed, stride ${stride}, pad ${pad}`,
        [uniform([1, 2, 2, 2]), uniform([3, 3, 2, 2])],
        (x, filter) => {
          const size = pad === 'same' ? 2 * stride : (2 - 1) * stride + 3
          return tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, size, size, 2], stride, pad)
        },
      ),
    ),
  ),
  ...(['same', 'valid'] as const).flatMap(pad =>
    [1, 2].map(dilation =>
      gradientCase(
        tf.Conv3D,
        `pad ${pad}, dilation ${dilation}`,
        [uniform([1, 3, 3, 3, 1]), uniform([2, 2, 2, 1, 2])],
        (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, pad, 'NDHWC', dilation),
      ),
    ),
  ),
  gradientCase(tf.Conv3D, 'stride 2', [uniform([1, 4, 3, 3, 2]), uniform([2, 2, 2, 2, 1])], (x, filter) =>
    tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 2, 'same'),
  ),
  gradientCase(
    tf.Conv3DBackpropInputV2,
    'transposed, stride 2',
    [uniform([1, 1, 2, 2, 2]), uniform([2, 2, 2, 1, 2])],
    (x, filter) => tf.conv3dTranspose(x as tf.Tensor5D, filter as tf.Tensor5D, [1, 2, 4, 4, 1], 2, 'same'),
  ),
  dilated2d(1, 'valid', 1),
  dilated2d(1, 'same', 1),
  dilated2d(2, 'same', 1),
  dilated2d(1, 'valid', 2),
]
