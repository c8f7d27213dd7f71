// Fashion-MNIST from a folder of its four IDX files.
import { join } from 'node:path'
import { readIdx } from '@chiaro/data/node'

const part = async (folder, name) => {
  const { values: data, shape } = await readIdx(join(folder, `${name}-images-idx3-ubyte.gz`))
  const labels = await readIdx(join(folder, `${name}-labels-idx1-ubyte.gz`))
  return { data, shape: [...shape, 1], labels: Int32Array.from(labels.values) }
}

/** { training, test }, each { data, shape: [count, 28, 28, 1], labels }. */
export async function fashionMnist(folder) {
  return { training: await part(folder, 'train'), test: await part(folder, 't10k') }
}

/** Pictures `from` to before `to` of a part. */
export function range(from, to, { data, shape, labels }) {
  const size = shape[1] * shape[2] * shape[3]
  return {
    data: data.subarray(from * size, to * size),
    shape: [to - from, ...shape.slice(1)],
    labels: labels.subarray(from, to),
  }
}
