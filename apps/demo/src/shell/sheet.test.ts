import { expect, test } from 'vitest'
import { toRgba, toSheet } from './sheet.ts'

test('grey and colour become RGBA', () => {
  expect([...toRgba([1, 2, 3, 4, 5, 6], 3)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255])
  expect([...toRgba([0, 1], 1, 255)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
})

test('the sheet has each picture at its place', () => {
  const [count, height, width] = [66, 2, 3]
  const data = Uint8Array.from({ length: count * height * width }, (_, i) => Math.floor(i / (height * width)))
  const { rgba, sheetWidth, sheetHeight } = toSheet({ data, shape: [count, height, width, 1] })
  expect([sheetWidth, sheetHeight]).toEqual([192, 4])
  const at = (x: number, y: number) => rgba[4 * (y * sheetWidth + x)]
  expect([at(0, 0), at(3, 1), at(191, 0), at(0, 2), at(5, 3)]).toEqual([0, 1, 63, 64, 65])
  expect(rgba[4 * (2 * sheetWidth + 6) + 3]).toBe(0)
})
