import { constants } from 'node:os'
import { Wish } from './exit-code.ts'
import { runProgram } from './program.ts'

// A reader that closes its end (chiaro … | head) has what it wanted.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

// The first wish to stop ends the command after it has saved what there is to save; the second one means it. A closed
// window, a machine that shuts down and a cluster that will soon (SIGUSR1) wish the same as Ctrl-C.
const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) {
  process.once(signal, () => controller.abort(new Wish(128 + constants.signals[signal])))
}

// Whatever ends the process, the cursor that a progress bar hides comes back.
process.once('exit', () => {
  if (process.stderr.isTTY) process.stderr.write('\u001b[?25h')
})

process.exitCode = await runProgram(process.argv.slice(2), { signal: controller.signal })
// What was interrupted may still be at work, with nothing left to save.
if (controller.signal.aborted) process.exit()
