/** What files of numbers are read into; 64-bit integers stay exact. */
export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array

/** An array on the host. */
export interface HostArray<T extends NumberArray = NumberArray> {
  readonly shape: readonly number[]
  /** Row-major: the last axis runs fastest. */
  readonly values: T
}

/** How many numbers a shape has; undefined above 2⁵³, where the product stops being exact. */
export function sizeOf(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0
  let size = 1
  for (const length of shape) {
    size *= length
    if (!Number.isSafeInteger(size)) return undefined
  }
  return size
}
