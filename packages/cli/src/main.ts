import { setFlagsFromString } from 'node:v8'
import { runProgram } from './program.ts'

// Node 20's engine has the fused multiplication and addition that the next version of V8 shipped, behind a flag.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd')

// The first Ctrl-C stops after the step in the making and saves; the second one means it.
const controller = new AbortController()
process.once('SIGINT', () => controller.abort(new Error('interrupted')))

process.exitCode = await runProgram(process.argv.slice(2), { signal: controller.signal })
