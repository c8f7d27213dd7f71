import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, gradientCase, spaced, uniform } from './gradient-case.ts'

const windows: readonly {
  size: number | [number, number]
  stride: number
  pad: 'same' | 'valid' | number
}[] = [
  { size: 2, stride: 2, pad: 'valid' },
  { size: 2, stride: 1, pad: 'valid' },
  { size: 3, stride: 2, pad: 'same' },
  { size: [3, 2], stride: 1, pad: 'same' },
  { size: 3, stride: 2, pad: 1 },
]

const pooling2d = windows.flatMap(({ size, stride, pad }) => {
  const title = `window ${size}, stride ${stride}, pad ${pad}`
  return [
    gradientCase(tf.MaxPool, title, [spaced([1, 5, 5, 1])], x =>
      tf.maxPool(x as tf.Tensor4D, size, stride, pad),
    ),
    gradientCase(tf.MaxPool, `${title}, all negative`, [spaced([1, 5, 5, 1])], x =>
      tf.maxPool(tf.sub(x, 10) as tf.Tensor4D, size, stride, pad),
    ),
    gradientCase(tf.AvgPool, title, [uniform([1, 5, 4, 2])], x =>
      tf.avgPool(x as tf.Tensor4D, size, stride, pad),
    ),
  ]
})

const pooling3d = (['valid', 'same'] as const).flatMap(pad => [
  gradientCase(tf.MaxPool3D, `pad ${pad}`, [spaced([1, 3, 3, 3, 1])], x =>
    tf.maxPool3d(x as tf.Tensor5D, 2, 1, pad),
  ),
  gradientCase(tf.MaxPool3D, `pad ${pad}, all negative`, [spaced([1, 3, 3, 3, 1])], x =>
    tf.maxPool3d(tf.sub(x, 10) as tf.Tensor5D, 2, 2, pad),
  ),
  gradientCase(tf.AvgPool3D, `pad ${pad}`, [uniform([1, 3, 3, 3, 1])], x =>
    tf.avgPool3d(x as tf.Tensor5D, [2, 3, 2], 1, pad),
  ),
  gradientCase(tf.AvgPool3D, `pad ${pad}, stride 2`, [uniform([1, 3, 3, 3, 1])], x =>
    tf.avgPool3d(x as tf.Tensor5D, 2, 2, pad),
  ),
])

const positions: readonly [string, boolean, boolean][] = [
  ['top left', false, false],
  ['corners', true, false],
  ['half pixels', false, true],
]
const resizing = positions.flatMap(([title, alignCorners, halfPixelCenters]) =>
  (
    [
      [5, 3],
      [2, 2],
      [3, 4],
    ] as [number, number][]
  ).flatMap(size => [
    // biome-ignore format: sizes
    gradientCase(tf.ResizeBilinear, `to ${size}, ${title}`, [uniform([2, 3, 4, 2])], x =>
      tf.image.resizeBilinear(x as tf.Tensor4D, size, alignCorners, halfPixelCenters),
    ),
    gradientCase(tf.ResizeNearestNeighbor, `to ${size}, ${title}`, [uniform([2, 3, 4, 2])], x =>
      tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, alignCorners, halfPixelCenters),
    ),
  ]),
)

const statistics = (title: string, shape: number[]) =>
  gradientCase(
    tf.FusedBatchNorm,
    title,
    [uniform([2, 2, 1, 3]), uniform(shape), uniform(shape, 0.5, 2), uniform(shape), uniform(shape)],
    (x, mean, variance, offset, scale) => {
      type Statistic = tf.Tensor1D
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as Statistic,
        variance as Statistic,
        offset as Statistic,
        scale as Statistic,
        0.01,
      )
    },
  )

/** Kernels on pictures and volumes: pooling, resizing, normalising, space to batch and depth. */
export const pictureCases: readonly GradientCase[] = [
  ...pooling2d,
  ...pooling3d,
  ...resizing,
  statistics('one a channel', [3]),
  statistics('one an element', [2, 2, 1, 3]),
  gradientCase(
    tf.FusedBatchNorm,
    'rank 2',
    [uniform([4, 3]), uniform([3]), uniform([3], 0.5, 2)],
    (x, mean, variance) =>
      tf.batchNorm(
        x as tf.Tensor2D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        tf.zeros([3]),
        tf.ones([3]),
      ),
  ),
  gradientCase(tf.LRN, 'neighbours either side', [uniform([1, 2, 1, 5], 0.2, 1)], x =>
    tf.localResponseNormalization(x as tf.Tensor4D, 1, 1, 0.7, 0.6),
  ),
  gradientCase(
    tf.SpaceToBatchND,
    'with padding',
    [uniform([1, 3, 4, 1])],
    x =>
    tf.spaceToBatchND(x, [2, 2], [[1, 0], [0, 0]]), // biome-ignore format: a matrix
  ),
  gradientCase(
    tf.BatchToSpaceND,
    'with crops',
    [uniform([4, 2, 2, 1])],
    x =>
    tf.batchToSpaceND(x, [2, 2], [[1, 0], [0, 1]]), // biome-ignore format: a matrix
  ),
  gradientCase(tf.DepthToSpace, 'block 2', [uniform([2, 1, 2, 8])], x =>
    tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'),
  ),
]
