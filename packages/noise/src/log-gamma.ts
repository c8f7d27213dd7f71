/** log Γ(x) for x > 0: Stirling's series where it converges to float64 (x ≥ 10), reached by Γ(x + 1) = x·Γ(x). */
export function logGamma(x: number): number {
  let product = 1
  let z = x
  for (; z < 10; z++) product *= z
  const w = 1 / (z * z)
  // The coefficients are B₂ₖ / (2k(2k − 1)).
  const series =
    (1 / 12 + w * (-1 / 360 + w * (1 / 1260 + w * (-1 / 1680 + w * (1 / 1188 - (w * 691) / 360_360))))) / z
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - Math.log(product)
}
