import { dataError } from '../data-error.ts'

const magic = Buffer.from('\x93NUMPY', 'latin1')

/**
 * A float32 matrix as NumPy's .npy, format 1.0: little-endian, C order.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(values: Float32Array, rows: number, columns: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  // The header ends with a line feed and makes the data begin at a multiple of 64 bytes.
  const prefix = magic.length + 4
  const header = `${text.padEnd(Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix - 1)}\n`
  const out = Buffer.alloc(prefix + header.length + values.length * 4)
  magic.copy(out)
  out.writeUInt8(1, magic.length)
  out.writeUInt16LE(header.length, magic.length + 2)
  out.write(header, prefix, 'latin1')
  for (let i = 0, at = prefix + header.length; i < values.length; i++, at += 4)
    out.writeFloatLE(values[i], at)
  return out
}

/**
 * Reads a float32 or float64 matrix in C order from .npy, any format version.
 *
 * @throws ChiaroError ('data') that names the file
 */
export function decodeNpy(
  where: string,
  file: string,
  bytes: Buffer,
): { values: Float32Array; rows: number; columns: number } {
  const fail = (problem: string) => dataError(where, { file }, problem)
  if (bytes.length < 12 || !bytes.subarray(0, magic.length).equals(magic)) {
    throw fail('must be a .npy file, got other bytes')
  }
  const wide = bytes[magic.length] > 1
  const prefix = magic.length + (wide ? 6 : 4)
  const start = prefix + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8))
  const header = bytes.toString('latin1', prefix, start)
  const found = header.match(/'descr': '<f([48])'.*'fortran_order': False.*'shape': \((\d+), (\d+)\)/s)
  if (found === null) throw fail(`must be a little-endian float matrix in C order, got ${header.trim()}`)
  const [width, rows, columns] = found.slice(1).map(Number)
  const expected = start + rows * columns * width
  if (bytes.length !== expected) throw fail(`must have ${expected} bytes, got ${bytes.length}`)
  const values = new Float32Array(rows * columns)
  for (let i = 0, at = start; i < values.length; i++, at += width) {
    values[i] = width === 4 ? bytes.readFloatLE(at) : bytes.readDoubleLE(at)
  }
  return { values, rows, columns }
}
