import { cases, gemm } from './cases.mjs'

/** n queries and n keys of 128 numbers: forward n²·d, and two products of it backward. */
const pairs = (n, backward) => ({
  name: `pairwise log-sum-exp, d = 128, N = ${n.toLocaleString('en')}${backward ? ', with its gradients' : ''}`,
  maker: 'pairs',
  args: [n, 128, backward],
  flop: (backward ? 6 : 2) * n * n * 128,
})
const moved = (maker, words, bytes, times = 1) => ({
  name: `${words}, ${bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`}`,
  maker,
  args: [bytes],
  bytes: times * bytes,
})
const step = maker => {
  const { name, args } = cases.find(each => (each.ours ?? each.maker) === maker)
  return { name, maker, args }
}
const powers = (from, to) => (from > to ? [] : [from, ...powers(2 * from, to)])
const mebi = 2 ** 20

/** What a card can do at most. */
export const ceilings = [
  {
    name: 'ceiling: multiply and add in registers',
    maker: 'multiplyAdd',
    args: [1024, mebi],
    flop: 64 * 1024 * mebi,
  },
  moved('copy', 'ceiling: over memory, read and write', 64 * mebi, 2),
]

/** What is timed, the short first: what there is no time for is left out at the end. */
export const gpuCases = [
  ...powers(512, 4096).map(n => gemm(n, n, n, 'N N')),
  step('nceStep'),
  step('nceStepReplayed'),
  step('simclrStep'),
  ...[mebi / 256, mebi, 64 * mebi].flatMap(bytes => [
    moved('upload', 'host to card', bytes),
    moved('download', 'card to host', bytes),
  ]),
  ...powers(1024, 65_536).flatMap(n => [pairs(n, false), pairs(n, true)]),
]

/**
 * Small enough for the cpu to check, and for a software adapter to time: it spends seconds on each shader's compilation.
 * The gradients of a product are products with one transposed.
 */
export const gpuChecks = [
  gemm(96, 80, 112, 'N N'),
  pairs(100, true),
  { name: 'NCE step, MLP 2-128-128-1, 16 + 16 rows', maker: 'nceStep', args: [16] },
  { name: 'SimCLR step, conv 32-64-128, 2 pictures of 28², two views', maker: 'simclrStep', args: [2] },
]
