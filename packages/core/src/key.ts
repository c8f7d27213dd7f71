/**
 * An explicit source of randomness: two 32-bit words of a Philox4x32-10 key (Salmon et al. 2011). Immutable;
 * functions that draw take one and never change it.
 */
export interface RandomKey {
  readonly high: number
  readonly low: number
}
