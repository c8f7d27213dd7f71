import { Buffer } from 'node:buffer'

/** Pixels as sharp takes them. */
export interface RawPicture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/**
 * A Windows bitmap, uncompressed: 1, 4 or 8 bits with a palette, 16, 24 or 32 bits with their masks. A fourth byte is
 * no alpha: most writers leave it zero.
 *
 * @throws Error for compressed ones, more pixels than maximumPixels, and bytes that end before the pixels
 * @see https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage
 */
export function decodeBmp(bytes: Uint8Array, maximumPixels: number): RawPicture {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (file.length < 26) throw new Error('a BMP that is truncated')
  const headerSize = file.readUInt32LE(14)
  const old = headerSize === 12
  if (!old && (headerSize < 40 || file.length < 14 + headerSize))
    throw new Error('a BMP of an unknown header')
  const width = old ? file.readUInt16LE(18) : file.readInt32LE(18)
  const signed = old ? file.readInt16LE(20) : file.readInt32LE(22)
  const height = Math.abs(signed)
  const bits = file.readUInt16LE(old ? 24 : 28)
  const compression = old ? 0 : file.readUInt32LE(30)
  if (width < 1 || height < 1 || width * height > maximumPixels) {
    throw new Error(`a BMP of ${width} × ${height}; from 1 to ${maximumPixels} pixels are read`)
  }
  if (![1, 4, 8, 16, 24, 32].includes(bits) || ![0, 3, 6].includes(compression)) {
    throw new Error(`a BMP of ${bits} bits and compression ${compression}; only uncompressed ones are read`)
  }
  const start = file.readUInt32LE(10)
  const stride = 4 * Math.ceil((width * bits) / 32)
  if (start + stride * height > file.length) throw new Error('a BMP that is truncated')
  const colour =
    bits <= 8 ? paletteColour(file, bits, old, headerSize) : maskedColour(file, bits, compression)
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const row = start + stride * (signed < 0 ? y : height - 1 - y)
    for (let x = 0; x < width; x++) data.set(colour(row, x), 3 * (y * width + x))
  }
  return { width, height, channels: 3, data }
}

type Colour = (row: number, x: number) => readonly number[]

function paletteColour(file: Buffer, bits: number, old: boolean, headerSize: number): Colour {
  const entry = old ? 3 : 4
  const colours = (old ? 0 : file.readUInt32LE(46)) || 2 ** bits
  const from = 14 + headerSize
  const palette = Array.from({ length: Math.min(colours, 256) }, (_, i) => {
    const at = from + entry * i
    return [file[at + 2], file[at + 1], file[at]]
  })
  const perByte = 8 / bits
  return (row, x) => {
    const shift = bits * (perByte - 1 - (x % perByte))
    const index = (file[row + Math.floor(x / perByte)] >> shift) & (2 ** bits - 1)
    const found = palette[index]
    if (found === undefined) throw new Error(`a BMP with colour ${index} of ${palette.length}`)
    return found
  }
}

function maskedColour(file: Buffer, bits: number, compression: number): Colour {
  if (bits === 24) return (row, x) => [file[row + 3 * x + 2], file[row + 3 * x + 1], file[row + 3 * x]]
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]
  const masks = compression === 0 ? usual : [54, 58, 62].map(at => file.readUInt32LE(at))
  const channels = masks.map(mask => {
    if (mask === 0) throw new Error('a BMP with a colour of no bits')
    const lowest = 2 ** (31 - Math.clz32(mask & -mask))
    return { mask, lowest, largest: (mask >>> 0) / lowest }
  })
  return (row, x) => {
    const value = bits === 16 ? file.readUInt16LE(row + 2 * x) : file.readUInt32LE(row + 4 * x)
    return channels.map(({ mask, lowest, largest }) =>
      Math.round((((value & mask) >>> 0) / lowest / largest) * 255),
    )
  }
}
