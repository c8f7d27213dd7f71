import { expect, test } from 'vitest'
import { differenceOf } from './check-alike.ts'

const facts = { 'rows of the data': 400, 'contents of the data': 'a1', 'node of the packages': '22.1.0' }

test('ranks that are alike differ in nothing', () => {
  expect(differenceOf([facts, { ...facts }, { ...facts }])).toBeUndefined()
})

test('the first rank that differs is named, with all that it has otherwise, more or less', () => {
  expect(differenceOf([facts, facts, { ...facts, 'node of the packages': '20.1.0' }])).toBe(
    'on rank 2 node of the packages (20.1.0, on rank 0 22.1.0)',
  )
  const { 'contents of the data': _, ...fewer } = facts
  expect(differenceOf([facts, { ...fewer, 'rows of the data': 380, seed: 3 }, facts])).toBe(
    'on rank 1 rows of the data (380, on rank 0 400); contents of the data (none, on rank 0 a1); ' +
      'seed (3, on rank 0 none)',
  )
})
