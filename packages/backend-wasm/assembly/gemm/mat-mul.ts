import { MaybeAddress } from '../memory'
import { finishRow, LINEAR } from './finish'
import { multiplyNarrow, NARROW, narrowScratch } from './narrow'
import { setLeft, setResult, setRight } from './operands'
import { multiply, multiplyScratch } from './product'

/**
 * Products of one size, out[m, n] = activation(op(a)·op(b) + bias), row-major: a is [m, k], or [k, m] when transposed; b is
 * [k, n], or [n, k].
 */
@unmanaged
class Products {
  m: i32
  n: i32
  k: i32
  transposeA: bool
  transposeB: bool
  bias: MaybeAddress
  activation: i32
}

@unmanaged
class Product extends Products {
  a: usize
  b: usize
  out: usize
}

/** At `table` lie the addresses of a, b and out of each product, three words a product. */
@unmanaged
class ProductTable extends Products {
  table: usize
}

/** Bytes of scratch memory for products of n columns, sums over k. */
export function matMulScratch(n: i32, k: i32): usize {
  return n > NARROW ? multiplyScratch(n, k) : max(multiplyScratch(n, k), narrowScratch(k))
}

/** Rows `first`…`end` − 1 of one product. */
// @inline
function rows(problem: Products, a: usize, b: usize, out: usize, first: i32, end: i32, scratch: usize): void {
  const n = problem.n
  const k = problem.k
  const aRow: isize = problem.transposeA ? 4 : (<isize>k) << 2
  const aColumn: isize = problem.transposeA ? (<isize>problem.m) << 2 : 4
  const bRow: isize = problem.transposeB ? 4 : (<isize>n) << 2
  const bColumn: isize = problem.transposeB ? (<isize>k) << 2 : 4
  const bias = problem.bias
  const activation = problem.activation
  if (n <= NARROW && k > 0) {
    const left = multiplyNarrow(a, aRow, aColumn, b, bRow, bColumn, out, first, end, n, k, scratch)
    if (bias !== 0 || activation !== LINEAR) {
      for (; first < left; first++) finishRow(out + ((<usize>first * n) << 2), bias, n, activation)
    }
    first = left
    if (first === end) return
  }
  setLeft(a, aRow, aColumn)
  setRight(b, bRow, bColumn)
  setResult(out, (<isize>n) << 2)
  multiply(first, end, n, k, bias, activation, scratch)
}

/** Rows `first`…`end` − 1 of the product. */
export function matMul(problem: Product, first: i32, end: i32, scratch: usize): void {
  rows(problem, problem.a, problem.b, problem.out, first, end, scratch)
}

/** Products `first`…`end` − 1 of the table. */
export function matMulMany(problem: ProductTable, first: i32, end: i32, scratch: usize): void {
  for (let i = first; i < end; i++) {
    const at = problem.table + <usize>i * 12
    rows(problem, load<u32>(at), load<u32>(at, 4), load<u32>(at, 8), 0, problem.m, scratch)
  }
}
