/**
 * Grey of colours, 0.299 R + 0.587 G + 0.114 B of their bytes (ITU-R BT.601, as Pillow's "L"): one number for one
 * colour, in Node, in a page and in `randomGreyscale`.
 *
 * @param colours [pixels, stride] bytes, red, green and blue first
 * @param stride bytes a pixel, 3 or 4
 * @returns [pixels]
 */
export function luma(colours: Uint8Array | Uint8ClampedArray, stride: number): Uint8Array {
  const grey = new Uint8Array(colours.length / stride)
  for (let i = 0, at = 0; i < grey.length; i++, at += stride) {
    grey[i] = Math.round(0.299 * colours[at] + 0.587 * colours[at + 1] + 0.114 * colours[at + 2])
  }
  return grey
}
