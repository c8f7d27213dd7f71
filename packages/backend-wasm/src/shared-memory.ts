/** The import section of a kernel module: env.memory alone, of no pages or more. */
const plain = bytesOf('\x02\x0f\x01\x03env\x06memory\x02\x00\x00')
/** That of a shared memory, which must state a maximum (tfjs's has 65536 pages). */
const shared = bytesOf('\x02\x12\x01\x03env\x06memory\x02\x03\x01\x80\x80\x04')

/**
 * The same module for a shared memory: its code is the same, since kernels use no atomic instruction.
 *
 * @throws Error when it does not import env.memory alone
 */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  // The section stands near the beginning, behind that of the types.
  const at = module.findIndex((_, i) => plain.every((byte, j) => module[i + j] === byte))
  if (at < 0) throw new Error('kernel module: it must import env.memory alone')
  const changed = new Uint8Array(module.length + shared.length - plain.length)
  changed.set(module.subarray(0, at))
  changed.set(shared, at)
  changed.set(module.subarray(at + plain.length), at + shared.length)
  return changed
}

function bytesOf(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, character => character.charCodeAt(0))
}
