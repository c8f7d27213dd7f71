// Stands in for a download: a graph model with a MobileNet's first layers (convolution, depthwise, pointwise) and weights by
// chance, as the converter of tfjs writes one; and pictures in three folders.
import { mkdirSync, writeFileSync } from 'node:fs'
import { key, normalValues } from '@chiaro/random'

const float = { type: 'DT_FLOAT' }
const list = (...values) => ({ list: { i: values.map(String) } })
const text = value => ({ s: Buffer.from(value).toString('base64') })
const dims = sizes => ({ dim: sizes.map(size => ({ size: String(size) })) })
const layers = [
  { name: 'conv', op: 'Conv2D', shape: [3, 3, 3, 16], stride: 2 },
  { name: 'depthwise', op: 'DepthwiseConv2dNative', shape: [3, 3, 16, 1], stride: 2 },
  { name: 'pointwise', op: 'Conv2D', shape: [1, 1, 16, 64], stride: 1 },
]
const sizeOf = shape => shape.reduce((product, size) => product * size)
const node = [
  { name: 'x', op: 'Placeholder', attr: { dtype: float, shape: { shape: dims([-1, 32, 32, 3]) } } },
]
for (const { name, op, shape, stride } of layers) {
  const value = { tensor: { dtype: 'DT_FLOAT', tensorShape: dims(shape) } }
  node.push({ name: `${name}/kernel`, op: 'Const', attr: { dtype: float, value } })
  const window = {
    strides: list(1, stride, stride, 1),
    dilations: list(1, 1, 1, 1),
    padding: text('SAME'),
    data_format: text('NHWC'),
  }
  const input = node.length === 2 ? 'x' : node.at(-2).name
  node.push({ name, op, input: [input, `${name}/kernel`], attr: { T: float, ...window } })
  node.push({ name: `${name}/relu6`, op: 'Relu6', input: [name], attr: { T: float } })
}
const weights = layers.map(({ name, shape }) => ({ name: `${name}/kernel`, shape, dtype: 'float32' }))
const values = layers.map(({ shape }, i) => {
  const scale = Math.sqrt(2 / sizeOf(shape.slice(0, 3)))
  return Float32Array.from(normalValues(key(i), sizeOf(shape)), value => scale * value)
})
mkdirSync('made', { recursive: true })
writeFileSync('made/weights.bin', Buffer.concat(values.map(({ buffer }) => Buffer.from(buffer))))
writeFileSync(
  'made/model.json',
  JSON.stringify({
    format: 'graph-model',
    modelTopology: { node, library: {}, versions: {} },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  }),
)

const stripes = (width, height, step) =>
  Array.from(
    { length: 8 },
    (_, i) => `<rect x="${i * step[0]}" y="${i * step[1]}" width="${width}" height="${height}"/>`,
  )
const drawings = {
  spots: size => `<circle cx="10" cy="12" r="${size}"/><circle cx="22" cy="20" r="${size}"/>`,
  upright: size => stripes(size / 2, 32, [size, 0]).join(''),
  level: size => stripes(32, size / 2, [0, size]).join(''),
}
for (const [name, draw] of Object.entries(drawings)) {
  mkdirSync(`made/pictures/${name}`, { recursive: true })
  for (let i = 0; i < 12; i++) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" fill="hsl(${30 * i},80%,50%)">${draw(4 + (i % 4))}</svg>`
    writeFileSync(`made/pictures/${name}/${i}.svg`, svg)
  }
}
