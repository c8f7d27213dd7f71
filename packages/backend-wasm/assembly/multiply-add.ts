/**
 * a·b + c in each of 4 lanes: rounded once where the engine has relaxed SIMD and the machine such an instruction,
 * after the product and after the sum otherwise. Each kind of engine has a binary of its own (build-kernels.mjs).
 */
// @inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(c, f32x4.mul(a, b))
}
