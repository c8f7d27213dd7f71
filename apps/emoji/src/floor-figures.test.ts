import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { floorFigures } from './floor-figures.ts'
import { meanRecall } from './report.ts'
import type { HeldOutTask } from './tasks.ts'

const table = readFileSync(new URL('../../../tooling/experiments/emoji.md', import.meta.url), 'utf8')
const rows = [
  ...table.matchAll(/^\| (\w+) \(\d+ among \d+\) *\| ([^|]*\S) *\|[^|]*\| ([\d.]+) *\| [\d.]+ *\|$/gm),
].map(([, task, figure, floor]) => ({
  task: task as HeldOutTask['name'],
  figure,
  floor: Number(floor),
}))

test('the floor is that of the table of seeds', () => {
  expect(rows).toHaveLength(9)
  for (const { task, figure, floor } of rows) {
    const { textToImage, imageToText } = floorFigures[task]
    const known: Readonly<Record<string, number>> = {
      'text→image R@1': textToImage.r1,
      'image→text R@1': imageToText.r1,
      'mean of R@1/5/10, both directions': meanRecall(floorFigures[task]),
    }
    expect(known[figure].toFixed(4), `${task}, ${figure}`).toBe(floor.toFixed(4))
  }
})
