/**
 * The op names under which kernels are registered with `registerFastKernel`. They have no inputs and make [y], float32,
 * of the words of Philox4x32-10 under a key, from block 0 on: word i is word i mod 4 of block ⌊i/4⌋. The bits must be those
 * of the functions of @chiaro/core.
 */
export const PhiloxUniform = 'PhiloxUniform'
export const PhiloxNormal = 'PhiloxNormal'

/** y_i = minimum + width·(⌊word_i / 2⁸⌋·2⁻²⁴), each operation rounded to float32. */
export interface PhiloxUniformAttributes {
  readonly shape: readonly number[]
  /** The key: its lower and its upper word. */
  readonly words: readonly [low: number, high: number]
  readonly minimum: number
  readonly width: number
}

/** Box and Muller's pairs, in float64 and rounded once; see `normalValues` of @chiaro/core. */
export interface PhiloxNormalAttributes {
  readonly shape: readonly number[]
  /** The key: its lower and its upper word. */
  readonly words: readonly [low: number, high: number]
  readonly mean: number
  readonly standardDeviation: number
}
