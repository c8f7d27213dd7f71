// Means, standard errors and hits as they are printed and kept.

export const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length

/** Of the mean; 0 for a single value. */
export function standardError(values) {
  if (values.length < 2) return 0
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

export const plusMinus = (values, digits = 4) =>
  values.length < 2
    ? values[0].toFixed(digits)
    : `${mean(values).toFixed(digits)} ± ${standardError(values).toFixed(digits)}`

/** Which test pictures a probe got right, as base64. */
export function packHits(hits) {
  const bytes = Buffer.alloc(Math.ceil(hits.length / 8))
  hits.forEach((hit, i) => {
    if (hit) bytes[i >> 3] |= 1 << (i & 7)
  })
  return bytes.toString('base64')
}

export function unpackHits(text, count = 10_000) {
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: count }, (_, i) => (bytes[i >> 3] >> (i & 7)) & 1)
}

/** For each test picture the share of runs that got it right. */
export const meanHits = runs => {
  const all = runs.map(run => unpackHits(run.hits))
  return all[0].map((_, i) => mean(all.map(hits => hits[i])))
}
