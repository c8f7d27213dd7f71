import { setLeft, setResult, setRight } from './operands'
import { multiply, multiplyScratch } from './product'

/** Bytes of scratch memory `matMul` needs for n columns and sums over k. */
export function matMulScratch(n: i32, k: i32): usize {
  return multiplyScratch(n, k)
}

/**
 * Rows `firstRow`…`endRow` − 1 of out[m, n] = activation(op(a)·op(b) + bias), row-major: a is [m, k], or [k, m]
 * when transposed; b is [k, n], or [n, k]. `bias` ([n]) may be 0.
 */
export function matMul(
  a: usize,
  b: usize,
  out: usize,
  firstRow: i32,
  endRow: i32,
  m: i32,
  n: i32,
  k: i32,
  transposeA: i32,
  transposeB: i32,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  if (transposeA) setLeft(a, 4, (<isize>m) << 2)
  else setLeft(a, (<isize>k) << 2, 4)
  if (transposeB) setRight(b, 4, (<isize>k) << 2)
  else setRight(b, (<isize>n) << 2, 4)
  setResult(out, (<isize>n) << 2)
  multiply(firstRow, endRow, n, k, bias, activation, scratch)
}

/**
 * Products first…end − 1 of a list of products of one size: `table` holds the addresses of a, b and out of each, three
 * words a product.
 */
export function matMulMany(
  table: usize,
  first: i32,
  end: i32,
  m: i32,
  n: i32,
  k: i32,
  transposeA: i32,
  transposeB: i32,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  for (let i = first; i < end; i++) {
    const at = table + <usize>i * 12
    const a = <usize>load<u32>(at)
    const b = <usize>load<u32>(at, 4)
    matMul(a, b, <usize>load<u32>(at, 8), 0, m, m, n, k, transposeA, transposeB, bias, activation, scratch)
  }
}
