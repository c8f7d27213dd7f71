import { expect, it } from 'vitest'
import { encodeIdx } from './idx.ts'
import { keepPictures, keptPictures } from './kept-pictures.ts'

const pictures = {
  data: Uint8Array.from({ length: 24 }, (_, i) => i),
  shape: [2, 2, 2, 3] as const,
  names: ['a', 'b'],
  labels: Int32Array.of(1, 0),
  classes: ['cats', 'dogs'],
}

/** A run that was saved with the pictures, with something else in its place. */
function saved(demo: object = {}, beside: Record<string, Uint8Array | undefined> = {}) {
  const kept = keepPictures(pictures, 'folder')
  const info = { config: { ...kept.config, demo: { ...kept.config.demo, ...demo } } }
  return { info, beside: { ...kept.beside, ...beside } } as unknown as Parameters<typeof keptPictures>[0]
}

it('gives back what it kept', () => {
  expect(keptPictures(saved())).toEqual({ source: 'folder', pictures })
  const { labels, classes, ...unlabelled } = pictures
  expect(keptPictures(saved({}, { 'labels.idx': undefined }))).toEqual({
    source: 'folder',
    pictures: unlabelled,
  })
})

it.each([
  [{ source: 'cupboard' }, {}, 'its run.json: demo.source must be a set of this page, got "cupboard"'],
  [{ names: ['a'] }, {}, 'its run.json: demo.names must have a name for each of 2 pictures'],
  [{ names: undefined }, {}, 'its run.json: demo.names must have a name for each of 2 pictures'],
  [{ classes: ['cats'] }, {}, 'its labels.idx must have a class of run.json for each picture'],
  [{}, { 'pictures.idx': undefined }, 'it has no pictures.idx'],
  [{}, { 'pictures.idx': Uint8Array.of(1, 2) }, 'pictures.idx, byte 0: must begin with an IDX header'],
  [{}, { 'pictures.idx': encodeIdx(pictures.data, [24]) }, 'its pictures are damaged'],
  [{}, { 'labels.idx': encodeIdx(Uint8Array.of(0), [1]) }, 'its labels.idx must have a class'],
])('refuses %j %j', (demo, beside, message) => {
  expect(() => keptPictures(saved(demo, beside))).toThrow(message)
})
