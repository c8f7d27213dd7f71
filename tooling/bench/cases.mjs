/**
 * What is measured, for every peer alike: a maker that each peer has by that name, its arguments, and the arithmetic in
 * it. `target` is the most that our time may be of another's, `threaded` the same of our time with two threads.
 */
export const gemm = (m, k, n, transposes, target, threaded) => ({
  name: `product ${m === k && k === n ? `${m}²` : `${m}×${k}×${n}`} ${transposes}`,
  maker: 'gemm',
  args: [m, k, n, transposes[0] === 'T', transposes.at(-1) === 'T'],
  flop: 2 * m * k * n,
  target,
  threaded,
})
const convolution = part => ({
  name: `conv2d 64×32×32×16, 3×3→32, ${part}`,
  maker: 'convolution',
  args: [part],
  flop: 2 * 64 * 32 * 32 * 32 * 9 * 16,
})
/** Forward n²·d, and two products of it backward. */
const clip = (n, target, threaded) => ({
  name: `CLIP loss and gradients, d = 128, N = ${n}`,
  maker: 'clip',
  args: [n, 128],
  flop: 6 * n * n * 128,
  target,
  threaded,
})

export const cases = [
  gemm(512, 512, 512, 'N N', { tfjs: 0.8 }),
  gemm(512, 512, 512, 'T N'),
  gemm(512, 512, 512, 'N T'),
  gemm(512, 512, 512, 'T T'),
  gemm(1024, 1024, 1024, 'N N', { tfjs: 0.8 }, { ours: 1 / 1.8 }),
  gemm(2048, 2048, 2048, 'N N', { tfjs: 0.8 }),
  gemm(500, 77, 129, 'N N'),
  gemm(512, 80, 128, 'N N'),
  convolution('forward'),
  convolution('input gradient'),
  convolution('filter gradient'),
  clip(256, { 'jax-js': 0.5 }),
  clip(1024, { 'jax-js': 0.33, torch: 1.4 }, { torch: 0.8, ours: 1 / 1.8 }),
  clip(4096, { torch: 0.8 }, { torch: 0.5 }),
  {
    name: 'NCE step, MLP 2-128-128-1, 256 + 256 rows, Adam',
    maker: 'nceStep',
    args: [256],
    target: { torch: 1.5, tfjs: 0.15 },
    threaded: { torch: 1.5 },
  },
  {
    name: 'NCE step, MLP 2-128-128-1, 256 + 256 rows, Adam; ours replayed',
    maker: 'nceStep',
    ours: 'nceStepReplayed',
    args: [256],
    target: { torch: 1 },
    threaded: { torch: 1 },
  },
  {
    name: 'SimCLR step, conv 32-64-128, 256 pictures of 28², two views, Adam',
    maker: 'simclrStep',
    args: [256],
    threaded: { torch: 2 },
  },
]

/** Whose memory is measured too, each in a process of its own. */
export const memoryCases = [1024, 4096, 32_768].map(n => clip(n))
