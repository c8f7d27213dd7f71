import { ChiaroError } from '@chiaro/core'
import type { HostTensor, HostTensors } from './host-tensors.ts'
import { narrowInt64, widenBfloat16, widenFloat16 } from './widen.ts'

/*
 * The safetensors format (https://github.com/huggingface/safetensors, "Format"): a little-endian uint64 N, N bytes
 * of a JSON header { name: { dtype, shape, data_offsets: [begin, end] }, "__metadata__": { string: string } },
 * then the bytes of the tensors, row-major and little-endian, without holes. Offsets count from the header's end.
 */

const dtypes = {
  F32: 'float32',
  F16: 'float32',
  BF16: 'float32',
  I32: 'int32',
  I64: 'int32',
  BOOL: 'bool',
} as const
const bytesPer = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, BOOL: 1 } as const
const codes = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const
type Code = keyof typeof dtypes

/** The reference implementation's bound; a larger header is taken for a damaged length. */
const LARGEST_HEADER = 100_000_000

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * The bytes of a safetensors file. Tensors are laid out by descending alignment, then by name, so that the same
 * tensors always give the same bytes and every tensor starts aligned; the header is padded to 8 bytes.
 *
 * @param metadata strings kept in the header's "__metadata__"; left out when empty
 * @throws ChiaroError ('run') for a tensor called "__metadata__" or one whose values don't fill its shape
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors, readTensors } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const bytes = encodeSafetensors(await readTensors({ kernel: tf.ones([2, 3]) }), { made: 'by hand' })
 * const { tensors, metadata } = decodeSafetensors(bytes) // for PyTorch: safetensors.torch.load_file
 * console.log(tensors.kernel.shape, metadata)
 * ```
 */
export function encodeSafetensors(
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort((a, b) => {
    const alignment = bytesPer[codes[tensors[b].dtype]] - bytesPer[codes[tensors[a].dtype]]
    return alignment !== 0 ? alignment : a < b ? -1 : 1
  })
  // No prototype: a tensor may have any name, "__proto__" too.
  const header: Record<string, unknown> = Object.create(null)
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata
  let end = 0
  for (const name of names) {
    const { dtype, shape, values } = tensors[name]
    if (name === '__metadata__') throw brokenFile(`a tensor's name must not be "__metadata__", got it`)
    if (values.length !== sizeOf(shape)) {
      throw brokenFile(`${name} must have ${sizeOf(shape)} values for [${shape}], got ${values.length}`)
    }
    const begin = end
    end += values.length * bytesPer[codes[dtype]]
    header[name] = { dtype: codes[dtype], shape, data_offsets: [begin, end] }
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerSize = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerSize + end).fill(0x20, 8, 8 + headerSize)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerSize), true)
  bytes.set(json, 8)
  let at = 8 + headerSize
  for (const name of names) {
    const part = swapped(tensors[name].values)
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: HostTensors
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads a safetensors file, trusting nothing in it: the header's length, its JSON, every dtype, shape and offset
 * are checked, and the tensors must cover the data once, without holes or overlaps. F32, I32 and BOOL are read,
 * what tfjs can hold; F16 and BF16, widened to float32 without loss; and I64 whose numbers fit int32 (PyTorch's
 * counters and positions).
 *
 * @throws ChiaroError ('run') that says what is wrong
 * @see `encodeSafetensors` for an example
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw brokenFile(`the file must have at least 8 bytes, got ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerSize = view.getBigUint64(0, true)
  if (headerSize > BigInt(Math.min(LARGEST_HEADER, bytes.length - 8))) {
    throw brokenFile(`the header's length must be within the file's ${bytes.length} bytes, got ${headerSize}`)
  }
  const dataStart = 8 + Number(headerSize)
  const { __metadata__: metadata = {}, ...entries } = parsedHeader(bytes.subarray(8, dataStart))
  const data = bytes.subarray(dataStart)
  if (!isRecord(metadata) || Object.values(metadata).some(value => typeof value !== 'string')) {
    throw brokenFile('__metadata__ must map strings to strings, got something else')
  }
  const infos = Object.entries(entries).map(([name, info]) => checkedInfo(name, info))
  let covered = 0
  for (const { name, begin, end } of infos.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const problem = begin < covered ? 'overlaps the tensor before it' : 'leaves a hole before it'
      throw brokenFile(`${name} must begin at byte ${covered} of the data, got ${begin}: it ${problem}`)
    }
    covered = end
  }
  if (covered !== data.length) throw brokenFile(`the tensors must cover ${data.length} bytes, got ${covered}`)
  // Copied by hand: the slice of a Node Buffer is no copy.
  const tensors = infos.map(({ name, code, shape, begin, end }): [string, HostTensor] => [
    name,
    { dtype: dtypes[code], shape, values: valuesOf(name, code, new Uint8Array(data.subarray(begin, end))) },
  ])
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> }
}

function parsedHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw brokenFile('the header must be JSON, got something else', error)
  }
  if (!isRecord(header)) throw brokenFile('the header must be a JSON object, got another value')
  return header
}

function checkedInfo(name: string, info: unknown) {
  const { dtype, shape, data_offsets: offsets } = isRecord(info) ? info : {}
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype)) {
    throw brokenFile(`${name} must have dtype F32, F16, BF16, I32, I64 or BOOL, got ${JSON.stringify(dtype)}`)
  }
  const code = dtype as Code
  if (!areCounts(shape)) throw brokenFile(`${name} must have a shape of sizes, got ${JSON.stringify(shape)}`)
  if (!areCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw brokenFile(`${name} must have data_offsets [begin, end], got ${JSON.stringify(offsets)}`)
  }
  const [begin, end] = offsets
  if (end - begin !== sizeOf(shape) * bytesPer[code]) {
    throw brokenFile(
      `${name} must have ${sizeOf(shape) * bytesPer[code]} bytes for [${shape}], got ${end - begin}`,
    )
  }
  return { name, code, shape, begin, end }
}

function valuesOf(name: string, code: Code, bytes: Uint8Array): HostTensor['values'] {
  if (code === 'BOOL') return bytes
  if (code === 'F16') return widenFloat16(bytes)
  if (code === 'BF16') return widenBfloat16(bytes)
  if (code === 'I64') {
    const narrow = narrowInt64(bytes)
    if (narrow instanceof Int32Array) return narrow
    throw brokenFile(`${name} must have integers that int32 holds, got ${narrow}`)
  }
  const native = code === 'F32' ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer)
  if (!littleEndian) bytes.set(swapped(native))
  return native
}

/** The bytes of `values` in little-endian order (on a big-endian machine, reversed copies). */
function swapped(values: HostTensor['values']): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (littleEndian || values.BYTES_PER_ELEMENT === 1) return bytes
  const reversed = bytes.slice()
  for (let at = 0; at < reversed.length; at += 4) reversed.subarray(at, at + 4).reverse()
  return reversed
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(count => Number.isSafeInteger(count) && count >= 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function brokenFile(message: string, cause?: unknown): ChiaroError {
  return new ChiaroError('run', `safetensors: ${message}`, undefined, { cause })
}
