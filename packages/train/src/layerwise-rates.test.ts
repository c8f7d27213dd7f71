import { expect, it } from 'vitest'
import { layerwiseRates } from './layerwise-rates.ts'

const vit = [
  ...['image/patch/kernel', 'image/position', 'image/class', 'image/before/scale'],
  ...['image/block1/norm1/scale', 'image/block2/attention/query/kernel', 'image/block3/mlp/hidden/bias'],
  ...['image/norm/scale', 'image/head/kernel'],
]

it('falls by the decay from the head through the blocks to what stands before them', () => {
  const rates = layerwiseRates(vit, 0.5)
  expect(vit.map(rates)).toEqual([1 / 16, 1 / 16, 1 / 16, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 1])
  expect(rates('logitScale/logarithm')).toBe(1)
})

it('knows stages, and leaves a model without layers alone', () => {
  const conv = ['stage1/conv1/kernel', 'stage1/norm1/scale', 'stage10/shortcut/kernel', 'head/kernel']
  const rates = layerwiseRates(conv, 0.5)
  expect(conv.map(rates)).toEqual([2 ** -10, 2 ** -10, 1 / 2, 1])
  expect(
    ['embedding/table', 'output/bias'].map(layerwiseRates(['embedding/table', 'output/bias'], 0.5)),
  ).toEqual([1, 1])
  expect(vit.map(layerwiseRates(vit, 1))).toEqual(vit.map(() => 1))
})

it('refuses what is no decay', () => {
  expect(() => layerwiseRates(vit, 0)).toThrow(
    'layerwiseRates: decay must be a number above 0 and at most 1, got 0',
  )
  expect(() => layerwiseRates(vit, 1.1)).toThrow('decay')
})
