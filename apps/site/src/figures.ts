import type { Figure, Series } from './chart.ts'
import {
  bestDiscriminator,
  clipAtRightAngles,
  denoisedPrecision,
  divergencePrecision,
  logNormal,
  meanOfF,
  minusLogPartition,
  ntXentCeiling,
  ntXentFloor,
  summedLogPartition,
  twoWells,
  varianceFactor,
} from './formulas.ts'
import { exactCritic, learnedCritic, mutualInformation, noiseTable, noiseTableRatios } from './tables.ts'

const from = (low: number, high: number, count = 120) =>
  Array.from({ length: count + 1 }, (_, i) => low + (i / count) * (high - low))

const curve = (name: string, xs: readonly number[], f: (x: number) => number): Series => ({
  name,
  points: xs.map(x => [x, f(x)] as const),
})

const beside = (name: string, xs: readonly number[], ys: readonly number[]): Series => ({
  name,
  points: xs.map((x, i) => [x, ys[i]] as const),
  dots: true,
})

const wells = from(-1.9, 1.9)
const logZ = summedLogPartition(twoWells)

/** The figures of the pages, from closed forms and committed tables alone. */
export const figures = {
  energy: {
    words: 'An energy with two wells, and its density: high where the energy is low.',
    x: { label: 'x', ticks: [-2, -1, 0, 1, 2] },
    y: { label: 'energy; density', ticks: [0, 1, 2, 3, 4] },
    series: [
      curve(
        'energy E(x)',
        wells.filter(x => twoWells(x) <= 4),
        twoWells,
      ),
      curve('density exp(−E(x))/Z', wells, x => Math.exp(-twoWells(x) - logZ)),
    ],
  },
  likelihood: {
    words: 'The mean of f alone wants precision 0. With −log Z the best precision is the data’s, 1.',
    x: { label: 'precision λ of f = −λx²/2, data N(0, 1)', ticks: [0.1, 0.5, 1, 1.5, 2, 2.5, 3] },
    y: { label: 'nats', ticks: [-2.5, -2, -1.5, -1, -0.5, 0] },
    series: [
      curve('mean of f over the data', from(0.1, 3), meanOfF),
      curve('−log Z', from(0.1, 3), minusLogPartition),
      curve('their sum, the log-likelihood', from(0.1, 3), x => meanOfF(x) + minusLogPartition(x)),
    ],
  },
  divergence: {
    words:
      'Chains without an acceptance step learn too narrow a density, the more so the longer their steps.',
    x: { label: 'step size ε of the chains', ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    y: { label: 'precision learned', ticks: [0.8, 1, 1.2, 1.4, 1.6, 1.8, 2] },
    series: [
      curve('unadjusted Langevin', from(0.001, 1), divergencePrecision),
      curve('with acceptance (MALA): the data’s', [0, 1], () => 1),
    ],
  },
  denoising: {
    words: 'Denoising score matching learns the density of the disturbed data: its precision falls with σ.',
    x: { label: 'σ of the disturbance', ticks: [0, 0.25, 0.5, 0.75, 1] },
    y: { label: 'precision learned', ticks: [0, 0.25, 0.5, 0.75, 1] },
    series: [
      curve('denoising, 1/(1 + σ²)', from(0, 1), x => denoisedPrecision(1, x)),
      curve('exact and sliced: the data’s', [0, 1], () => 1),
    ],
  },
  discriminator: {
    words: 'The best classifier between data N(0, 1) and noise N(0, 1.5²): surer of noise where ν is larger.',
    x: { label: 'x', ticks: [-4, -2, 0, 2, 4] },
    y: { label: 'probability of data', ticks: [0, 0.2, 0.4, 0.6, 0.8] },
    series: [1, 5].map(nu =>
      curve(`ν = ${nu}`, from(-4, 4), x => bestDiscriminator(logNormal(x), logNormal(x, 0, 1.5), nu)),
    ),
  },
  ratio: {
    words:
      'How much more an estimate scatters than that of maximum likelihood, where noise and data are alike.',
    x: { label: 'ν, or k − 1 of ranking NCE', ticks: [1, 2, 5, 10, 20, 50, 100], log: true },
    y: { label: 'variance ÷ that of maximum likelihood', ticks: [0.8, 1, 1.2, 1.4, 1.6, 1.8, 2] },
    series: [
      curve('1 + 1/ν', from(1, 100, 400), varianceFactor),
      curve('maximum likelihood', [1, 100], () => 1),
    ],
  },
  noise: {
    words:
      'Wide noise costs little and narrow noise much: variance of a standard deviation’s square, data N(0, 1).',
    x: { label: 'ν', ticks: [1, 5, 10, 100], log: true },
    y: { label: 'n · variance of σ²', ticks: [0, 2, 4, 6, 8, 10, 12, 14] },
    series: Object.entries(noiseTable).map(([name, ys]) => beside(`noise ${name}`, noiseTableRatios, ys)),
  },
  views: {
    words:
      'NT-Xent of 64 and 512 pictures at its best: even a perfect encoder keeps a loss of 2.86 at τ = .5.',
    x: { label: 'temperature τ', ticks: [0.05, 0.2, 0.4, 0.6, 0.8, 1] },
    y: { label: 'nats', ticks: [0, 1, 2, 3, 4, 5, 6, 7] },
    series: [64, 512].flatMap(n => [
      curve(`${n}: floor`, from(0.05, 1), t => ntXentFloor(n, t)),
      curve(`${n}: all alike, log(2N − 1)`, [0.05, 1], () => ntXentCeiling(n)),
    ]),
  },
  captions: {
    words:
      'CLIP’s loss of perfect pairs whose wrong partners lie at right angles: the scale decides how low it can go.',
    x: { label: 'logit scale s', ticks: [0, 5, 10, 15, 20] },
    y: { label: 'nats', ticks: [0, 1, 2, 3, 4, 5, 6, 7] },
    series: [64, 1024].map(n => curve(`N = ${n}`, from(0, 20), s => clipAtRightAngles(n, s))),
  },
  information: {
    words: 'What InfoNCE shows of a known mutual information: K candidates never show more than log K.',
    x: { label: 'mutual information, nats', ticks: [2, 4, 6, 8, 10] },
    y: { label: 'bound, nats', ticks: [0, 2, 4, 6, 8, 10] },
    series: [
      beside('learned critic, K = 64', mutualInformation, learnedCritic),
      beside('exact critic, K = 8', mutualInformation, exactCritic[8]),
      beside('exact critic, K = 512', mutualInformation, exactCritic[512]),
      curve('the truth', [2, 10], x => x),
    ],
  },
} as const satisfies Record<string, Figure>

export type FigureName = keyof typeof figures
