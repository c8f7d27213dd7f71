/** Bytes a value takes, by its type, for whole numbers without sign: BYTE, SHORT, LONG and BigTIFF's LONG8. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 }

/** Whether bytes begin as a TIFF or BigTIFF file does. */
export function isTiff(bytes: Uint8Array): boolean {
  return /^(II[*+]\0|MM\0[*+])/.test(Buffer.from(bytes.subarray(0, 4)).toString('latin1'))
}

/**
 * A tag of a TIFF's first picture, of whole numbers.
 *
 * @returns undefined where the picture does not have it, or the file does not hold what its directory says
 * @see https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf section 2
 */
export function tiffTag(bytes: Uint8Array, wanted: number): readonly number[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes[0] === 0x49
  const number = (at: number, size: number) => {
    if (size === 1) return view.getUint8(at)
    if (size === 2) return view.getUint16(at, little)
    return size === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little))
  }
  const big = bytes[little ? 2 : 3] === 0x2b
  const word = big ? 8 : 4
  try {
    const directory = number(big ? 8 : 4, word)
    const entries = directory + (big ? 8 : 2)
    const stride = 4 + 2 * word
    for (let i = 0; i < number(directory, big ? 8 : 2); i++) {
      const entry = entries + i * stride
      if (number(entry, 2) !== wanted) continue
      const size = sizes[number(entry + 2, 2)]
      const count = number(entry + 4, word)
      if (size === undefined || count * size > bytes.length) return undefined
      const inPlace = entry + 4 + word
      const from = count * size <= word ? inPlace : number(inPlace, word)
      return Array.from({ length: count }, (_, k) => number(from + k * size, size))
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}
