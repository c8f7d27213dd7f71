/** Where in a worker's control block its words lie (Int32); the arguments follow from byte 64 on (Float64). */
export const words = { turn: 0, done: 1, kernel: 2, count: 3, claim: 4 } as const
export const argumentsAt = 64
/** Room for 8 arguments; blocks are whole cache lines. */
export const blockBytes = argumentsAt + 8 * 8

/**
 * What a worker thread runs, as text, so that it needs no file of its own wherever a bundler puts us. It looks for a
 * new turn for a while before it sleeps: sleeping and waking costs more than a small product. Whoever takes the claim
 * of a turn first does its work: the asking thread takes back what a worker without a core has not begun.
 */
const loop = `
function serve({ module, memory, control, offset }) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const kernels = Object.keys(exports).map(name => exports[name])
  const state = new Int32Array(control, offset, 16)
  const numbers = new Float64Array(control, offset + ${argumentsAt})
  const say = done => {
    Atomics.store(state, ${words.done}, done)
    Atomics.notify(state, ${words.done})
  }
  let turn = 0
  say(0)
  for (;;) {
    for (let i = 0; i < 200000 && Atomics.load(state, ${words.turn}) === turn; i++);
    Atomics.wait(state, ${words.turn}, turn)
    turn = Atomics.load(state, ${words.turn})
    if (Atomics.compareExchange(state, ${words.claim}, turn, 0) !== turn) continue
    try {
      kernels[state[${words.kernel}]](...numbers.subarray(0, state[${words.count}]))
      say(turn)
    } catch {
      say(-1)
    }
  }
}
`

export const nodeWorkerSource = `${loop}serve(require('node:worker_threads').workerData)`
export const pageWorkerSource = `${loop}onmessage = ({ data }) => serve(data)`
