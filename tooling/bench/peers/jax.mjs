import { readFileSync } from 'node:fs'
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax'
import { serve, values } from './serve.mjs'

await init('wasm')
defaultDevice('wasm')
const manifest = new URL('../package.json', import.meta.resolve('@jax-js/jax'))
const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
const array = (shape, seed) => np.array(values(shape[0] * shape[1], seed)).reshape(shape)

await serve(`jax-js ${version}, wasm`, {
  gemm(m, k, n, transposeA, transposeB) {
    const a = array(transposeA ? [k, m] : [m, k], 1)
    const b = array(transposeB ? [n, k] : [k, n], 2)
    const product = jit((x, y) => np.matmul(transposeA ? x.transpose() : x, transposeB ? y.transpose() : y))
    return { step: () => finish([product(a.ref, b.ref)]), dispose: () => release([a, b]) }
  },
  clip(n, d) {
    const unit = x => x.ref.div(np.sqrt(np.square(x).sum(1, { keepdims: true })))
    const loss = ([image, text]) => {
      const logits = np.matmul(unit(image), unit(text).transpose()).mul(1 / 0.07)
      const right = np.eye(n)
      const cross = z =>
        nn
          .logSoftmax(z, 1)
          .mul(right.ref)
          .sum()
          .mul(-1 / n)
      const both = cross(logits.ref).add(cross(logits.transpose())).mul(0.5)
      right.dispose()
      return both
    }
    const step = jit(valueAndGrad(loss))
    const inputs = [array([n, d], 1), array([n, d], 2)]
    return {
      step: async () => {
        const [value, gradients] = step(inputs.map(x => x.ref))
        await finish([value, ...gradients])
      },
      dispose: () => release(inputs),
    }
  },
})

/** Arrays are lazy: what was asked for must be waited for. */
async function finish(arrays) {
  for (const each of arrays) await each.blockUntilReady()
  release(arrays)
}

function release(arrays) {
  for (const each of arrays) each.dispose()
}
