// What every peer in JavaScript is: a process that reads one request a line and answers with one line.
import { createInterface } from 'node:readline'

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

/**
 * @param name what the peer is, with its version
 * @param makers by name: (…args) → { step, dispose }, or undefined where this peer can't do it; `step` may be async
 * @param options.about what else it says of itself as it starts
 * @param options.settle waits until the steps taken are done, for work that goes on elsewhere
 * @param options.compare answers a request that has `compare`: (maker, args) → an object
 */
export async function serve(name, makers, { about, settle, compare } = {}) {
  answer({ name, ...about })
  for await (const line of createInterface({ input: process.stdin })) {
    const { maker: called, args, milliseconds, compare: compared } = JSON.parse(line)
    const maker = makers[called]
    try {
      if (compared) answer(await compare(maker, args))
      else {
        const made = await maker?.(...args)
        answer(made === undefined ? { missing: true } : await measure(made, milliseconds, settle))
      }
    } catch (error) {
      answer({ problem: String(error?.message ?? error).split('\n')[0] })
    }
  }
}

async function measure({ step, dispose }, milliseconds, settle) {
  const before = process.resourceUsage().maxRSS
  /** Milliseconds a step, `count` of them together. */
  const timed = async count => {
    const start = performance.now()
    for (let i = 0; i < count; i++) await step()
    await settle?.()
    return (performance.now() - start) / count
  }
  await timed(1)
  const alone = milliseconds > 0 ? await timed(1) : undefined
  // Where the end must be waited for, so many together that the waiting weighs little.
  const count = settle && alone ? Math.max(1, Math.min(100, Math.round(20 / alone))) : 1
  const times = []
  const end = performance.now() + milliseconds
  do times.push(await timed(count))
  while (performance.now() < end)
  dispose?.()
  return {
    milliseconds: median(times),
    ...(settle && { alone }),
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
