/**
 * The probability that a data row's score is above a noise row's, ties counting half (Mann and Whitney 1947), exactly, by mean
 * ranks. Infinities are scores like others.
 */
export function classifierAuc(data: ArrayLike<number>, noise: ArrayLike<number>): number {
  const ofData = Float64Array.from(data).sort()
  const ofNoise = Float64Array.from(noise).sort()
  let [below, upTo] = [0, 0]
  let wins = 0
  for (const score of ofData) {
    while (below < ofNoise.length && ofNoise[below] < score) below++
    while (upTo < ofNoise.length && ofNoise[upTo] <= score) upTo++
    wins += (below + upTo) / 2
  }
  return wins / (ofData.length * ofNoise.length)
}
