import { rangeError, typeError } from '../errors.ts'
import { described, isShaped, type Shaped } from './described.ts'

/** An axis: a size, a name for whatever size it has, or last a name that begins with "…" for any axes that are left. */
type Axis = number | string

export interface ShapeOptions<Name extends string = string> {
  /** 'any' for those that are as good. Default 'float32'. */
  readonly dtype?: 'float32' | 'int32' | 'bool' | 'any'
  /** The smallest size of an axis, by its name. Default 0. */
  readonly least?: { readonly [name in Name]?: number }
}

/** The sizes of the axes that have a name. */
export type Sizes<Axes extends readonly Axis[]> = {
  readonly [name in Exclude<Extract<Axes[number], string>, `…${string}`>]: number
}

/**
 * Refuses tensors of another shape or dtype; gives the sizes by the axes' names. A name stands for one size wherever it
 * is, and every tensor after the first must have the first one's shape.
 *
 *   const { n, d } = checkShape('clipLoss', { image }, ['n', 'd'])
 *   checkShape('clipLoss', { text }, [n, d])
 *   // clipLoss: text must be float32 [8, 2], got float32 [8, 3]
 *
 * @throws TypeError for what is no tensor, another dtype or another shape; RangeError for an axis below its least size
 */
export function checkShape<const Axes extends readonly Axis[]>(
  where: string,
  tensors: Readonly<Record<string, Shaped>>,
  axes: Axes,
  options: ShapeOptions<Extract<Axes[number], string>> = {},
): Sizes<Axes> {
  const { dtype = 'float32', least } = options
  let expected: readonly Axis[] = axes
  let model: string | undefined
  let sizes: Record<string, number> = {}
  // Losses and energies ask this at every call: words are only made for a complaint.
  for (const argument of Object.keys(tensors)) {
    const tensor = tensors[argument]
    const isTyped = isShaped(tensor) && (dtype === 'any' || tensor.dtype === dtype)
    const found = isTyped ? sizesOf(tensor, expected) : undefined
    const typed = dtype === 'any' ? 'a tensor' : dtype
    if (found === undefined) {
      const like = model === undefined ? '' : `, as ${model}`
      throw typeError(where, argument, `${typed} [${expected.join(', ')}]${like}`, described(tensor))
    }
    if (model !== undefined) continue
    ;[model, expected, sizes] = [argument, tensor.shape, found]
    for (const name in least) {
      const size = least[name as keyof typeof least] ?? 0
      if (found[name] >= size) continue
      throw rangeError(
        where,
        argument,
        `${typed} [${axes.join(', ')}] with ${name} ≥ ${size}`,
        described(tensor),
      )
    }
  }
  return sizes as Sizes<Axes>
}

/** What the names stand for, or undefined where the shape is another. */
function sizesOf({ shape }: Shaped, axes: readonly Axis[]): Record<string, number> | undefined {
  const last = axes[axes.length - 1]
  const open = typeof last === 'string' && last.startsWith('…')
  const fixed = open ? axes.length - 1 : axes.length
  if (open ? shape.length < fixed : shape.length !== fixed) return undefined
  const sizes: Record<string, number> = {}
  for (let i = 0; i < fixed; i++) {
    const axis = axes[i]
    const expected = typeof axis === 'number' ? axis : (sizes[axis] ?? shape[i])
    if (shape[i] !== expected) return undefined
    if (typeof axis === 'string') sizes[axis] = expected
  }
  return sizes
}
