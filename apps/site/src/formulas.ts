/** log of the normal density of a deviation about a mean. */
export const logNormal = (x: number, mean = 0, deviation = 1) =>
  -0.5 * ((x - mean) / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI)

/** Two wells, at −1 and 1. */
export const twoWells = (x: number) => 2 * (x * x - 1) ** 2

/** log ∫ exp(−energy) over −6 … 6, summed. */
export function summedLogPartition(energy: (x: number) => number): number {
  const cells = 4000
  let sum = 0
  for (let i = 0; i < cells; i++) sum += Math.exp(-energy(-6 + (12 * (i + 0.5)) / cells))
  return Math.log((sum * 12) / cells)
}

/** Mean over N(0, 1) of f = −λx²/2, and −log Z of it: what their sum, the log-likelihood, is made of. */
export const meanOfF = (precision: number) => -precision / 2
export const minusLogPartition = (precision: number) => 0.5 * Math.log(precision / (2 * Math.PI))

/** The precision that contrastive divergence by unadjusted Langevin steps of size ε settles at, for data N(0, 1). */
export const divergencePrecision = (step: number) => (2 / step ** 2) * (1 - Math.sqrt(1 - step ** 2))

/** The precision that denoising score matching learns of N(0, s²) disturbed by σ. */
export const denoisedPrecision = (deviation: number, sigma: number) => 1 / (deviation ** 2 + sigma ** 2)

/** The best discriminator, p/(p + νq) of log densities. */
export const bestDiscriminator = (logData: number, logNoise: number, nu: number) =>
  1 / (1 + nu * Math.exp(logNoise - logData))

/** n·Var of NCE as a multiple of maximum likelihood's, where noise and data are alike. */
export const varianceFactor = (nu: number) => 1 + 1 / nu

/** NT-Xent of N samples in two views: all alike, and on a simplex. */
export const ntXentCeiling = (n: number) => Math.log(2 * n - 1)
export const ntXentFloor = (n: number, temperature: number) =>
  Math.log(1 + (2 * n - 2) * Math.exp(-n / ((n - 1) * temperature)))

/** CLIP's loss where right pairs have cosine 1 and wrong ones 0. */
export const clipAtRightAngles = (n: number, logitScale: number) =>
  Math.log(1 + (n - 1) * Math.exp(-logitScale))
