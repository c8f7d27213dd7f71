import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { key, uniformValues } from '@chiaro/random'

const side = 32
/** Whether a point is in the shape of radius 1 about the origin. */
const shapes = [
  (x, y) => x * x + y * y <= 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.9,
  (x, y) => y <= 0.8 && y >= -1 + 1.8 * Math.abs(x),
  (x, y) => Math.abs(x) + Math.abs(y) <= 1.1,
  (x, y) => x * x + y * y <= 1 && x * x + y * y >= 0.35,
  (x, y) => Math.min(Math.abs(x), Math.abs(y)) <= 0.35 && Math.max(Math.abs(x), Math.abs(y)) <= 1,
]

/** A shape of any colour on a ground of any two, which run into each other, under noise: the class is the shape. */
function scene(seed) {
  const u = uniformValues(key(seed), 16 + 3 * side * side)
  const label = Math.floor(u[0] * shapes.length)
  const [cx, cy, radius, turn] = [10 + 12 * u[1], 10 + 12 * u[2], 5 + 5 * u[3], (u[4] - 0.5) * 0.8]
  const pixels = new Uint8Array(3 * side * side)
  for (let at = 0; at < side * side; at++) {
    const [x, y] = [((at % side) + 0.5 - cx) / radius, (Math.floor(at / side) + 0.5 - cy) / radius]
    const inside = shapes[label](
      x * Math.cos(turn) - y * Math.sin(turn),
      x * Math.sin(turn) + y * Math.cos(turn),
    )
    const share = (at % side) / side
    for (let c = 0; c < 3; c++) {
      const ground = u[8 + c] * share + u[11 + c] * (1 - share)
      const value = (inside ? u[5 + c] : ground) + 0.15 * (u[16 + 3 * at + c] - 0.5)
      pixels[3 * at + c] = Math.max(0, Math.min(255, Math.round(255 * value)))
    }
  }
  return { label, pixels }
}

/** The bytes of an IDX file. */
function idx(shape, parts) {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  shape.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i)
  })
  return Buffer.concat([header, ...parts])
}

/** 2,000 drawn scenes without labels to learn from; a probe of 100 labels tells the shapes of 1,000 others. */
export const scenes = {
  recipe: 'photos-small',
  title: 'shapes of drawn scenes by a linear probe of 100 labels',
  async measure({ folder, train, run }) {
    const write = async (name, from, count) => {
      const drawn = Array.from({ length: count }, (_, i) => scene(from + i))
      const file = join(folder, name)
      const pixels = drawn.map(one => one.pixels)
      await writeFile(file, idx([count, side, side, 3], pixels))
      await writeFile(`${file}-labels`, idx([count], [Uint8Array.from(drawn, ({ label }) => label)]))
      return [`idx:${file}`, `idx:${file}-labels`]
    }
    const [images, labels] = await write('known', 0, 2000)
    const [testImages, testLabels] = await write('asked', 100_000, 1000)
    const { seconds } = await train('simclr', ['--images', images])
    const sets = ['--images', images, '--labels', labels, '--test-images', testImages]
    const probe = ['--test-labels', testLabels, '--probe', 'linear', '--probe-labels', '102']
    const baselines = ['--baseline', 'untrained,pixels']
    const found = await run(['evaluate', join(folder, 'run'), ...sets, ...probe, ...baselines])
    const { untrained, pixels } = found.baselines
    const beside = `untrained ${untrained.linear.accuracy.toFixed(4)}, pixels ${pixels.linear.accuracy.toFixed(4)}`
    return { figure: found.linear.accuracy, beside, seconds }
  },
}
