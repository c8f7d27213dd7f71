import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { classesOf, type DecodeFolderOptions, decodeFolder } from './decode-folder.ts'
import { evenly, givenFolder } from './given-folder.ts'
import type { GivenFile } from './messages.ts'

const decoded = async (files: readonly GivenFile[], options: DecodeFolderOptions) =>
  decodeFolder(await givenFolder(files), options)

test('sub-folders are classes where all pictures lie in one', () => {
  const files = ['dogs', 'cats', 'dogs'].map(label => ({ label }))
  expect(classesOf(files)).toEqual({ labels: Int32Array.of(1, 0, 1), classes: ['cats', 'dogs'] })
  expect(classesOf([...files, {}])).toEqual({})
  expect(classesOf([{ label: 'dogs' }, { label: 'dogs' }])).toEqual({})
})

test('of too many an even part is taken', () => {
  expect(evenly([1, 2, 3], 3)).toEqual([1, 2, 3])
  expect(evenly([0, 1, 2, 3, 4, 5], 3)).toEqual([0, 2, 4])
})

const given = (path: string, content: BlobPart = 'words') => ({
  path,
  file: new File([content], path.split('/').at(-1) ?? ''),
})
const options = { shape: [8, 8, 3] } as const

test('a folder without pictures, and one of too few, are refused in words', async () => {
  const others = ['a/notes.txt', 'a/one.heic', 'a/b/two.HEIC', 'a/README']
  await expect(
    decoded(
      others.map(path => given(path)),
      options,
    ),
  ).rejects.toThrow('no pictures (PNG, JPEG, WebP, GIF or BMP), but 2 .heic, 1 .txt, 1 without an extension.')
  await expect(decoded([given('a/cats/one.png'), given('a/notes.txt')], options)).rejects.toThrow(
    'The folder has 0 pictures that can be decoded, 16 are needed. Left out: 1 picture (cats/one.png: must be PNG, ' +
      'JPEG, WebP, GIF or BMP, got other bytes). Passed by: 1 file that is no picture (1 .txt).',
  )
})

/** What a page has and Node has not: here a decoder that gives each file's last byte, in one pixel. */
beforeEach(() => {
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    return { width: 1, height: 1, value: new Uint8Array(await blob.arrayBuffer())[24], close() {} }
  })
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext() {
        let drawn = 0
        return {
          fillRect() {},
          drawImage(bitmap: { readonly value: number }) {
            drawn = bitmap.value
          },
          getImageData: () => ({ data: new Uint8ClampedArray(4).fill(drawn) }),
        }
      }
    },
  )
})
afterEach(() => vi.unstubAllGlobals())

/** A PNG by its header: of 1 × 1 pixels, or as large as it says; a last byte tells it from others. */
function png(value: number, side = 1) {
  const bytes = Buffer.alloc(25)
  bytes.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  bytes.writeUInt32BE(side, 16)
  bytes.writeUInt32BE(side, 20)
  bytes[24] = value
  return bytes
}
const one = { shape: [1, 1, 3] } as const

test('two pictures of one name are two, and all that is left out is named and counted', async () => {
  const good = Array.from({ length: 16 }, (_, i) =>
    given(i < 2 ? 'a/same.png' : `a/z${i + 10}.png`, png(i + 1)),
  )
  const bad = [
    given('a/cut.jpg'),
    given('a/huge.png', png(0, 10_000)),
    given('a/live.mov'),
    given('a/.hidden'),
  ]
  const { pictures, remark } = await decoded([...good, ...bad], one)
  expect(Array.from({ length: 16 }, (_, i) => pictures.data[3 * i])).toEqual(good.map((_, i) => i + 1))
  expect(pictures.names.slice(0, 3)).toEqual(['same.png', 'same.png', 'z12.png'])
  expect(remark).toBe(
    'Left out: 2 pictures (cut.jpg: must be PNG, JPEG, WebP, GIF or BMP, got other bytes; huge.png: must have at most ' +
      '67108864 pixels, got 10000 × 10000). Passed by: 2 files that are no pictures (1 .mov, 1 hidden).',
  )
})

test('stops within a few pictures once nobody waits', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => given(`a/${i}.png`, png(1)))
  let done = 0
  const reading = decoded(many, {
    ...one,
    onProgress: of => {
      done = of
    },
    inVain: () => done >= 20,
  })
  await expect(reading).rejects.toThrow('Reading the folder was stopped.')
  expect(done).toBeLessThan(60)
})
