/** A smooth activation φ with the two derivatives that score matching needs. */
export interface Activation {
  readonly value: (z: number) => number
  readonly first: (z: number) => number
  readonly second: (z: number) => number
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

export const softplusActivation: Activation = {
  value: z => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  first: sigmoid,
  second: z => sigmoid(z) * sigmoid(-z),
}

export const siluActivation: Activation = {
  value: z => z * sigmoid(z),
  first: z => sigmoid(z) * (1 + z * sigmoid(-z)),
  second: z => sigmoid(z) * sigmoid(-z) * (2 + z * (sigmoid(-z) - sigmoid(z))),
}

export const tanhActivation: Activation = {
  value: Math.tanh,
  first: z => 1 - Math.tanh(z) ** 2,
  second: z => -2 * Math.tanh(z) * (1 - Math.tanh(z) ** 2),
}

/** E(x) = Σ_h a_h φ(w_h·x + b_h): a network of one hidden layer, with kernel [d, hidden] row-major. */
export interface RidgeEnergy {
  readonly kernel: ArrayLike<number>
  readonly bias: ArrayLike<number>
  readonly outer: ArrayLike<number>
}

/** The score −∇E [d] and the trace of its Jacobian, in float64 by the formulas for one hidden layer. */
export function ridgeScore(
  { kernel, bias, outer }: RidgeEnergy,
  { first, second }: Activation,
  x: ArrayLike<number>,
): { readonly score: number[]; readonly trace: number } {
  const [d, hidden] = [x.length, bias.length]
  const score = new Array<number>(d).fill(0)
  let trace = 0
  for (let h = 0; h < hidden; h++) {
    let z = bias[h]
    for (let j = 0; j < d; j++) z += x[j] * kernel[j * hidden + h]
    for (let j = 0; j < d; j++) {
      const weight = kernel[j * hidden + h]
      score[j] -= outer[h] * first(z) * weight
      trace -= outer[h] * second(z) * weight ** 2
    }
  }
  return { score, trace }
}
