/** Bytes as an IDX file (LeCun, Cortes and Burges, MNIST's format): 0 0 8, the rank, and big-endian sizes before them. */
export function encodeIdx(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const out = new Uint8Array(4 + 4 * shape.length + data.length)
  const view = new DataView(out.buffer)
  view.setUint32(0, 0x0800 + shape.length)
  for (const [i, size] of shape.entries()) view.setUint32(4 + 4 * i, size)
  out.set(data, 4 + 4 * shape.length)
  return out
}
