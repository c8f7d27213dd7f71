import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeNpz } from '@chiaro/data'
import { readColumns } from '@chiaro/data/node'
import { auroc } from '@chiaro/evaluate'
import { key, permutation } from '@chiaro/random'

/** Half of a table's usual rows to learn from, the others and all unusual ones to tell apart. X and y of an .npz. */
export const sensors = {
  recipe: 'sensor-density',
  title: 'area under the ROC curve, unusual rows',
  needs: '--table shuttle.npz',
  async measure({ folder, train, run, table }) {
    const { X, y } = await decodeNpz(new Uint8Array(await readFile(table)))
    const [count, width] = X.shape
    const usual = permutation(key(1), count).filter(row => Number(y.values[row]) === 0)
    const unusual = Array.from({ length: count }, (_, row) => row).filter(row => Number(y.values[row]) === 1)
    const half = usual.length >> 1
    const asked = [...usual.slice(half), ...unusual]
    const write = (name, rows) => {
      const head = Array.from({ length: width }, (_, j) => `sensor${j + 1}`).join(',')
      const line = row => X.values.slice(row * width, (row + 1) * width).join(',')
      return writeFile(join(folder, name), `${[head, ...Array.from(rows, line)].join('\n')}\n`)
    }
    await write('usual.csv', usual.slice(0, half))
    await write('asked.csv', asked)
    const { seconds } = await train('density', ['--table', join(folder, 'usual.csv')])
    const scores = join(folder, 'scores.csv')
    await run(['score', join(folder, 'run'), '--table', join(folder, 'asked.csv'), '--out', scores])
    const { columns } = await readColumns(scores)
    const { values } = columns.find(({ name }) => name === 'logDensity')
    const figure = auroc(
      Array.from(values, value => -Number(value)),
      asked.map((_, i) => Number(i >= usual.length - half)),
    )
    return { figure, seconds }
  },
}
