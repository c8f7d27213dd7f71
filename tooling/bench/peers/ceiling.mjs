// What this machine can do at most in one WASM thread: multiply and add in registers, copy memory.
import asc from 'assemblyscript/asc'
import { serve } from './serve.mjs'

const accumulators = 12
const names = Array.from({ length: accumulators }, (_, i) => `s${i}`)
const source = `
export function spin(rounds: i32, x: f32): f32 {
  const a = f32x4.splat(x)
  ${names.map(name => `let ${name} = f32x4.splat(0)`).join('\n  ')}
  for (let i = 0; i < rounds; i++) {
    ${names.map(name => `${name} = f32x4.add(f32x4.mul(${name}, a), a)`).join('\n    ')}
  }
  return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0)
}
export function copy(to: usize, from: usize, bytes: usize): void { memory.copy(to, from, bytes) }
`
let binary
const { error, stderr } = await asc.main(
  ['spin.ts', '--runtime=stub', '--enable=simd', '-O3', '--outFile=spin.wasm', '--initialMemory=2100'],
  {
    readFile: name => (name === 'spin.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents
    },
    listFiles: () => [],
  },
)
if (error) throw new Error(`${error.message}\n${stderr}`)
const { instance } = await WebAssembly.instantiate(binary)

const rounds = 1_000_000
await serve('ceiling', {
  /** 2 operations a lane, 4 lanes, an accumulator and a round. */
  multiplyAdd: () => ({ step: () => instance.exports.spin(rounds, 0.5) }),
  copy: bytes => ({ step: () => instance.exports.copy(0, bytes, bytes) }),
})
