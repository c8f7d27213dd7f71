import { exitCode } from './exit-code.ts'
import { runProgram } from './program.ts'

// The first Ctrl-C stops after the step in the making and saves; the second one means it.
const controller = new AbortController()
process.once('SIGINT', () => controller.abort(new Error('interrupted')))

process.exitCode = await runProgram(process.argv.slice(2), { signal: controller.signal })
// What was interrupted may still be at work, with nothing left to save.
if (process.exitCode === exitCode.interrupted) process.exit()
