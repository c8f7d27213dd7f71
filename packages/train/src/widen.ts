const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * float16 (IEEE 754 binary16, little-endian bytes) as float32, exactly: 5 bits of exponent with bias 15, 10 of
 * fraction; subnormals, infinities and NaN included.
 */
export function widenFloat16(bytes: Uint8Array): Float32Array {
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = bytes[2 * i] | (bytes[2 * i + 1] << 8)
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
    if (exponent === 0) return sign * fraction * 2 ** -24
    return sign * (1024 + fraction) * 2 ** (exponent - 25)
  })
}

/** bfloat16 (the upper half of a float32, little-endian bytes) as float32, exactly. */
export function widenBfloat16(bytes: Uint8Array): Float32Array {
  const wide = new Float32Array(bytes.length / 2)
  const halves = new Uint8Array(wide.buffer)
  const [low, high] = littleEndian ? [2, 3] : [1, 0]
  for (let i = 0; i < wide.length; i++) {
    halves[4 * i + low] = bytes[2 * i]
    halves[4 * i + high] = bytes[2 * i + 1]
  }
  return wide
}

/** int64 (little-endian bytes) as int32, or the first number that does not fit. */
export function narrowInt64(bytes: Uint8Array): Int32Array | bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const narrow = new Int32Array(bytes.length / 8)
  for (let i = 0; i < narrow.length; i++) {
    const value = view.getBigInt64(8 * i, true)
    if (value !== BigInt.asIntN(32, value)) return value
    narrow[i] = Number(value)
  }
  return narrow
}
