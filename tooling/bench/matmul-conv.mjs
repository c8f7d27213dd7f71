// node tooling/bench/matmul-conv.mjs [part of a name]      (after `npm run build`)
import { header, kernelPair, row, tf, timeInTurns } from './side-by-side.mjs'

const wanted = process.argv[2] ?? ''
const random = shape => tf.randomNormal(shape, 0, 1, 'float32', 1)

function product(name, [m, k, n], [transposeA, transposeB] = [false, false], batch = []) {
  const title = `matMul ${name}`
  if (!title.includes(wanted)) return
  const a = random([...batch, ...(transposeA ? [k, m] : [m, k])])
  const b = random([...batch, ...(transposeB ? [n, k] : [k, n])])
  const count = batch.reduce((x, y) => x * y, 1)
  row(
    title,
    timeInTurns(kernelPair(tf.BatchMatMul, { a, b }, { transposeA, transposeB })),
    2 * m * k * n * count,
  )
}

function convolution(name, xShape, filterShape, strides, pad = 'same') {
  if (!`conv2d ${name}`.includes(wanted)) return
  const [x, filter] = [random(xShape), random(filterShape)]
  const y = tf.conv2d(x, filter, strides, pad)
  const attrs = {
    strides: [strides, strides],
    pad,
    dilations: [1, 1],
    dataFormat: 'NHWC',
    dimRoundingMode: undefined,
  }
  const flop = 2 * y.size * filterShape[0] * filterShape[1] * filterShape[2]
  const dx = { ...attrs, inputShape: xShape }
  const dFilter = { ...attrs, filterShape }
  row(`conv2d ${name}`, timeInTurns(kernelPair(tf.Conv2D, { x, filter }, attrs)), flop)
  row('… gradient of x', timeInTurns(kernelPair(tf.Conv2DBackpropInput, { dy: y, filter }, dx)), flop)
  row('… gradient of filter', timeInTurns(kernelPair(tf.Conv2DBackpropFilter, { x, dy: y }, dFilter)), flop)
}

header()
product('1024²', [1024, 1024, 1024])
product('512²', [512, 512, 512])
product('512², A transposed', [512, 512, 512], [true, false])
product('512², B transposed', [512, 512, 512], [false, true])
product('512², both transposed', [512, 512, 512], [true, true])
product('256²', [256, 256, 256])
product('128²', [128, 128, 128])
product('64²', [64, 64, 64])
product('32×64×32 × 64', [32, 64, 32], [false, false], [64])
product('256×128×1', [256, 128, 1])
product('1×128×256', [1, 128, 256])
product('500×33×77', [500, 33, 77])
convolution('64×32×32×16, 3×3→32', [64, 32, 32, 16], [3, 3, 16, 32], 1)
convolution('256×32×32×3, 3×3→32 /2', [256, 32, 32, 3], [3, 3, 3, 32], 2)
convolution('256×16×16×32, 3×3→64 /2', [256, 16, 16, 32], [3, 3, 32, 64], 2)
convolution('256×8×8×64, 3×3→128', [256, 8, 8, 64], [3, 3, 64, 128], 1)
convolution('64×32×32×32, 1×1→64', [64, 32, 32, 32], [1, 1, 32, 64], 1)
convolution('32×16×16×32, 5×5→32', [32, 16, 16, 32], [5, 5, 32, 32], 1)
