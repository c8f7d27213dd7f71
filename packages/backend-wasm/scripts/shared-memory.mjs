// The import section of a kernel module: env.memory alone, of no pages or more; and that of a shared memory, which must
// state a maximum (tfjs's has 65536 pages).
const plain = Buffer.from('\x02\x0f\x01\x03env\x06memory\x02\x00\x00', 'latin1')
const shared = Buffer.from('\x02\x12\x01\x03env\x06memory\x02\x03\x01\x80\x80\x04', 'latin1')

/** The same module for a shared memory: its code is the same, since kernels use no atomic instruction. */
export function withSharedMemory(binary) {
  const at = Buffer.from(binary).indexOf(plain)
  if (at < 0) throw new Error('kernel module: it must import env.memory alone')
  return Buffer.concat([binary.subarray(0, at), shared, binary.subarray(at + plain.length)])
}
