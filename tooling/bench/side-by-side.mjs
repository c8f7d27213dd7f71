// Stock tfjs kernels and ours in one process, in turns, so that both meet the same noise.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
// The backend's CommonJS build brings this copy of core; ESM imports reach the same file in Node.
export const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-wasm')
await tf.setBackend('wasm')

/** Stock kernel functions by name, taken before ours replace them. */
const stock = new Map(
  tf.getKernelsForBackend('wasm').map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
)
await import('@chiaro/backend-wasm')

const backend = tf.backend()

/** Calls a kernel's function and frees its results: [stock, ours]; stock is undefined where tfjs has none. */
export function kernelPair(kernelName, inputs, attrs) {
  const runner = kernelFunc => () => {
    const outputs = kernelFunc({ inputs, attrs, backend })
    for (const { dataId } of [outputs].flat()) backend.disposeData(dataId)
  }
  const stockFunction = stock.get(kernelName)
  return [stockFunction && runner(stockFunction), runner(tf.getKernel(kernelName, 'wasm').kernelFunc)]
}

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** Medians in milliseconds of functions called in turns, for about `seconds` together. */
export function timeInTurns(functions, seconds = 1.5) {
  const times = functions.map(() => [])
  const once = (f, keep) => {
    const start = performance.now()
    f()
    keep.push(performance.now() - start)
  }
  functions.forEach((f, i) => {
    if (f !== undefined) for (let n = 0; n < 3; n++) once(f, times[i])
  })
  const end = performance.now() + 1000 * seconds
  while (performance.now() < end) {
    functions.forEach((f, i) => {
      if (f !== undefined) once(f, times[i])
    })
  }
  return times.map(values => (values.length === 0 ? undefined : median(values)))
}

const ms = value => (value === undefined ? '—' : value < 10 ? value.toFixed(2) : value.toFixed(1))

/** Prints one row of a Markdown table; `flop` in floating-point operations, if it is worth counting. */
export function row(name, [stockTime, ourTime], flop) {
  const ratio = stockTime === undefined ? '—' : `${(stockTime / ourTime).toFixed(2)}×`
  const speed = flop === undefined ? '' : (flop / ourTime / 1e6).toFixed(1)
  console.log(`| ${name} | ${ms(stockTime)} | ${ms(ourTime)} | ${ratio} | ${speed} |`)
}

export function header() {
  console.log(`Node ${process.version}, one thread, medians\n`)
  console.log('| | stock ms | ours ms | faster | our GFLOPS |\n|---|---|---|---|---|')
}
