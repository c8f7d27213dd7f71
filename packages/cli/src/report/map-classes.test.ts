import { expect, test } from 'vitest'
import { mapClasses } from './map-classes.ts'

const rows = (count: number) => Int32Array.from({ length: count }, (_, i) => i)

test('sub-folders colour a map where there are two; pictures in none are a class of their own', () => {
  const names = ['b/1.png', 'a/x/2.png', '3.png', 'a/4.png']
  expect(mapClasses({ names }, undefined, rows(4))).toEqual({
    ofPoint: ['b', 'a', '(in none)', 'a'],
    domain: ['(in none)', 'a', 'b'],
    says: 'Colours: their sub-folders.',
  })
  expect(mapClasses({ names: ['a/1.png', 'a/2.png', '3.png'] }, undefined, rows(3))).toBeUndefined()
  expect(mapClasses({ names }, undefined, Int32Array.of(1, 3))).toBeUndefined()
})

test('classes that are asked for come first, then those of shards, by number or name', () => {
  const labels = Int32Array.of(10, 2, 10)
  const names = ['a/1', 'b/2', 'c/3']
  const asked = { labels: Int32Array.of(1, 0, 1), classNames: ['cat', 'dog'] }
  expect(mapClasses({ names, labels }, asked, rows(3))).toMatchObject({ ofPoint: ['dog', 'cat', 'dog'] })
  expect(mapClasses({ names, labels }, undefined, rows(3))).toEqual({
    ofPoint: ['10', '2', '10'],
    domain: ['2', '10'],
    says: 'Colours: their classes.',
  })
  const named = { names, labels: Int32Array.of(0, 1, 0), classNames: ['eins', 'zwei'] }
  expect(mapClasses(named, undefined, rows(3))?.domain).toEqual(['eins', 'zwei'])
})

test('of more than ten the largest nine have a colour each, the others are grey together', () => {
  // Class i has i + 1 pictures: 0, 1 and 2 are the smallest of twelve.
  const names = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: i + 1 }, (_, k) => `${i}/${k}`),
  ).flat()
  const classes = mapClasses({ names }, undefined, rows(names.length))
  expect(classes?.domain).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11', '3 others'])
  expect(classes?.ofPoint.filter(name => name === '3 others')).toHaveLength(1 + 2 + 3)
  expect(classes?.says).toBe('Colours: the largest 9 of 12 sub-folders; the other 3 are grey.')
  const ten = names.filter(name => Number(name.split('/')[0]) < 10)
  expect(mapClasses({ names: ten }, undefined, rows(ten.length))?.domain).toHaveLength(10)
})
