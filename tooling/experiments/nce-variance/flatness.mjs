// p = N(R, 1), q = N(0, 1), ν = 1, log p_θ = θ₁x + c − x²/2: the optimum's value and the Hessian's condition there.
import { nceCovariance } from './covariance.mjs'
import { figure, table } from './format.mjs'
import { compositeRule } from './quadrature.mjs'

/** R; targets: NCE optimum, smallest eigenvalue, condition, n·Var θ₁, eNCE optimum, eNCE condition. */
const targets = [
  [2, 0.712633, 5.69e-2, 9.24, 7.516, 1.213, 6.85],
  [4, 0.120854, 2.06e-3, 87.5, 92.4, 0.2707, 34],
  [8, 1.871e-4, 3.47e-7, 2425, 1.69e5, 6.71e-4, 322],
  [16, 3.84e-15, 5.4e-19, 1.2e5, 2.9e16, 2.53e-14, 4354],
]

export function flatnessTable() {
  const rows = targets.map(([distance, ...expected]) => {
    const found = atOptimum(distance)
    return [distance, ...found.map((value, i) => `${figure(value)} (${figure(expected[i])})`)]
  })
  const head = ['NCE optimum', 'least eigenvalue', 'condition', 'n·Var θ₁', 'eNCE optimum', 'eNCE condition']
  return `Computed (target).\n\n${table(['R', ...head], rows)}`
}

function atOptimum(distance) {
  const { x, w } = compositeRule(-12, distance + 12, 200)
  const density = (at, mean) => Math.exp(-0.5 * (at - mean) ** 2) / Math.sqrt(2 * Math.PI)
  /** log p − log q is linear. */
  const logRatio = x.map(at => distance * at - 0.5 * distance * distance)
  const mass = x.map((at, i) => w[i] * density(at, distance))
  const features = new Float64Array(2 * x.length)
  x.forEach((at, i) => {
    features.set([at, 1], 2 * i)
  })
  let [nce, ence] = [0, 0]
  const between = [0, 0, 0] // of x², x and 1
  for (let i = 0; i < x.length; i++) {
    const noise = w[i] * density(x[i], 0)
    nce += mass[i] * Math.log1p(Math.exp(-logRatio[i])) + noise * Math.log1p(Math.exp(logRatio[i]))
    // eNCE: E_p √(q/p_θ) + E_q √(p_θ/q); its Hessian at the optimum is ½∫√(pq) g gᵀ.
    const root = Math.sqrt(mass[i] * noise)
    ence += 2 * root
    ;[x[i] * x[i], x[i], 1].forEach((value, entry) => {
      between[entry] += 0.5 * root * value
    })
  }
  const { covariance, information } = nceCovariance({ k: 2, mass, logRatio, features }, 1)
  const [least, condition] = spectrum(information[0], information[1], information[3])
  return [nce, least, condition, covariance[0], ence, spectrum(...between)[1]]
}

/** The least eigenvalue and the condition of [[a, b], [b, c]]; by the determinant, as a + c − root cancels. */
function spectrum(a, b, c) {
  const largest = (a + c + Math.hypot(a - c, 2 * b)) / 2
  const least = (a * c - b * b) / largest
  return [least, largest / least]
}
