// Pictures that no encoder at hand writes, byte by byte.

export type TiffTag = readonly [tag: number, type: 3 | 4, values: readonly number[]]

/** An uncompressed TIFF of one row and one strip, its tags in ascending order, as the specification wants them. */
export function tiff(
  width: number,
  bands: number,
  pixels: ArrayBufferView,
  more: readonly TiffTag[] = [],
): Buffer {
  const data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  const bits = (8 * data.length) / (width * bands)
  const tags: TiffTag[] = [
    [256, 3, [width]],
    [257, 3, [1]],
    [258, 3, Array(bands).fill(bits)],
    [259, 3, [1]],
    [262, 3, [bands < 3 ? 1 : 2]],
    [273, 4, [0]],
    [277, 3, [bands]],
    [278, 3, [1]],
    [279, 4, [data.length]],
  ]
  tags.push(...more)
  tags.sort((a, b) => a[0] - b[0])
  const directory = Buffer.alloc(2 + 12 * tags.length + 4)
  directory.writeUInt16LE(tags.length)
  const behind: Buffer[] = []
  let at = 8 + directory.length
  for (const [i, [tag, type, values]] of tags.entries()) {
    const entry = 2 + 12 * i
    directory.writeUInt16LE(tag, entry)
    directory.writeUInt16LE(type, entry + 2)
    directory.writeUInt32LE(values.length, entry + 4)
    const bytes = Buffer.from((type === 3 ? Uint16Array : Uint32Array).from(values).buffer)
    if (bytes.length <= 4) bytes.copy(directory, entry + 8)
    else {
      directory.writeUInt32LE(at, entry + 8)
      behind.push(bytes)
      at += bytes.length
    }
  }
  directory.writeUInt32LE(at, 2 + 12 * tags.findIndex(([tag]) => tag === 273) + 8)
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory, ...behind, data])
}

/** A bitmap of a header of 40 bytes, with what lies between it and the pixels. */
export function bmp(
  width: number,
  height: number,
  bits: number,
  between: readonly number[],
  pixels: readonly number[],
  compression = 0,
): Buffer {
  const head = Buffer.alloc(54)
  head.write('BM')
  head.writeUInt32LE(54 + between.length, 10)
  head.writeUInt32LE(40, 14)
  head.writeInt32LE(width, 18)
  head.writeInt32LE(height, 22)
  head.writeUInt16LE(1, 26)
  head.writeUInt16LE(bits, 28)
  head.writeUInt32LE(compression, 30)
  return Buffer.concat([head, Buffer.from(between), Buffer.from(pixels)])
}
