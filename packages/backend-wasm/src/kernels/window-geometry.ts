import { withScratch } from '../heap.ts'
import { heapMemory, type TfjsWasmBackend } from '../tfjs-wasm.ts'

/** Windows over a volume [batch, depth, height, width, channels]; the order of triples is depth, height, width. */
export interface WindowGeometry {
  readonly batch: number
  readonly input: readonly [number, number, number]
  readonly inChannels: number
  readonly output: readonly [number, number, number]
  readonly outChannels: number
  readonly window: readonly [number, number, number]
  readonly strides: readonly [number, number, number]
  /** Padding in front, above and to the left; behind, it follows from the output's size. */
  readonly padding: readonly [number, number, number]
  readonly dilations: readonly [number, number, number]
}

interface Info2d {
  readonly batchSize: number
  readonly inHeight: number
  readonly inWidth: number
  readonly inChannels: number
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly padInfo: { readonly top: number; readonly left: number }
  readonly dilationHeight: number
  readonly dilationWidth: number
}

interface Info3d extends Info2d {
  readonly inDepth: number
  readonly outDepth: number
  readonly filterDepth: number
  readonly strideDepth: number
  readonly padInfo: { readonly front: number; readonly top: number; readonly left: number }
  readonly dilationDepth: number
}

/** The geometry of tfjs's information on a volume's convolution or pooling. */
export function geometry3d(info: Info3d): WindowGeometry {
  return {
    batch: info.batchSize,
    input: [info.inDepth, info.inHeight, info.inWidth],
    inChannels: info.inChannels,
    output: [info.outDepth, info.outHeight, info.outWidth],
    outChannels: info.outChannels,
    window: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    padding: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
  }
}

/** The same for a picture: a volume of depth 1. */
export function geometry2d(info: Info2d): WindowGeometry {
  return geometry3d({
    ...info,
    inDepth: 1,
    outDepth: 1,
    filterDepth: 1,
    strideDepth: 1,
    dilationDepth: 1,
    padInfo: { ...info.padInfo, front: 0 },
  })
}

/** Lends `use` the geometry on the heap, as assembly/windows.ts reads it. */
export function withGeometry<T>(
  backend: TfjsWasmBackend,
  { batch, input, inChannels, output, outChannels, window, strides, padding, dilations }: WindowGeometry,
  use: (address: number) => T,
): T {
  const numbers = Int32Array.from([
    ...[batch, ...input, inChannels],
    ...[...output, outChannels],
    ...[...window, ...strides, ...padding, ...dilations],
  ])
  return withScratch(backend, numbers.byteLength, address => {
    const { buffer } = heapMemory(backend) as WebAssembly.Memory
    new Int32Array(buffer, address, numbers.length).set(numbers)
    return use(address)
  })
}
