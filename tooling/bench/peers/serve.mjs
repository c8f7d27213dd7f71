// What every peer in JavaScript is: a process that reads one request a line and answers with one line.
import { createInterface } from 'node:readline'

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

/**
 * @param name what the peer is, with its version
 * @param makers by name: (…args) → { step, dispose }, or undefined where this peer can't do it; `step` may be async
 */
export async function serve(name, makers) {
  answer({ name })
  for await (const line of createInterface({ input: process.stdin })) {
    const { maker, args, milliseconds } = JSON.parse(line)
    try {
      const made = await makers[maker]?.(...args)
      answer(made === undefined ? { missing: true } : await measure(made, milliseconds))
    } catch (error) {
      answer({ problem: String(error?.message ?? error).split('\n')[0] })
    }
  }
}

async function measure({ step, dispose }, milliseconds) {
  const before = process.resourceUsage().maxRSS
  await step()
  if (milliseconds > 0) await step()
  const times = []
  const end = performance.now() + milliseconds
  do {
    const start = performance.now()
    await step()
    times.push(performance.now() - start)
  } while (performance.now() < end)
  dispose?.()
  return {
    milliseconds: median(times),
    // Linux and macOS count in kilobytes.
    growth: (process.resourceUsage().maxRSS - before) * 1024,
  }
}

function answer(object) {
  process.stdout.write(`${JSON.stringify(object)}\n`)
}

/** The same data for everyone, to the digit: a sine's fractional part is random enough to multiply. */
export function values(count, seed = 1) {
  return Float32Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })
}
