import type { HostImages } from '@chiaro/data'

/** Pictures as the page's canvases take them: RGBA, one picture after another. */
export function toRgba(data: ArrayLike<number>, channels: number, scale = 1): Uint8ClampedArray {
  const pixels = data.length / channels
  const out = new Uint8ClampedArray(pixels * 4)
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) out[4 * i + c] = data[channels * i + (channels === 3 ? c : 0)] * scale
    out[4 * i + 3] = 255
  }
  return out
}

/** Pictures in a row of the page's sheet. */
export const sheetColumns = 64

/** All pictures on one sheet, row by row, RGBA: what the page draws each of them from. */
export function toSheet({ data, shape }: HostImages): Sheet {
  const [count, height, width, channels] = shape
  const [sheetWidth, sheetHeight] = [sheetColumns * width, Math.ceil(count / sheetColumns) * height]
  const rgba = new Uint8ClampedArray(4 * sheetWidth * sheetHeight)
  const line = width * channels
  for (let i = 0; i < count; i++) {
    const [left, top] = [(i % sheetColumns) * width, Math.floor(i / sheetColumns) * height]
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * line
      rgba.set(toRgba(data.subarray(from, from + line), channels), 4 * ((top + y) * sheetWidth + left))
    }
  }
  return { rgba, sheetWidth, sheetHeight, height, width }
}

export interface Sheet {
  readonly rgba: Uint8ClampedArray
  readonly sheetWidth: number
  readonly sheetHeight: number
  /** Of one picture. */
  readonly height: number
  readonly width: number
}
