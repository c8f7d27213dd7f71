import { expect, test } from 'vitest'
import { describeColumns } from './describe-columns.ts'

test('says of each column its kind, range or categories, missing cells and what becomes of it', () => {
  const described = describeColumns({
    rowCount: 4,
    columns: [
      { name: 'x', kind: 'numeric', values: Float64Array.of(3, -1, Number.NaN, 2) },
      { name: 'same', kind: 'numeric', values: Float64Array.of(5, 5, 5, 5) },
      { name: 'c', kind: 'categorical', values: ['b', 'a', undefined, 'b'] },
      { name: 'none', kind: 'numeric', values: new Float64Array(4).fill(Number.NaN) },
    ],
    leftOut: [{ name: '', why: 'it has no name' }],
  })
  expect(described).toEqual([
    { name: 'x', kind: 'numeric', missing: 1, range: [-1, 3], becomes: 'standardised' },
    { name: 'same', kind: 'numeric', missing: 0, range: [5, 5], becomes: 'constant' },
    {
      name: 'c',
      kind: 'categorical',
      missing: 1,
      categories: [
        { category: 'b', count: 2 },
        { category: 'a', count: 1 },
      ],
      becomes: 'one-hot',
    },
    { name: 'none', kind: 'numeric', missing: 4, becomes: 'nothing' },
    { name: '', kind: 'left out', missing: 0, becomes: 'nothing', why: 'it has no name' },
  ])
})
