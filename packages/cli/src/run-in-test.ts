import { runProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

/** Runs chiaro inside a test and keeps what it wrote. */
export async function chiaro(
  args: readonly string[],
  signal = new AbortController().signal,
  environment: Readonly<Record<string, string>> = {},
) {
  const lines: string[] = []
  const notes: string[] = []
  let result: unknown
  const terminal = (json: boolean): Terminal => ({
    json,
    columns: 100,
    print: line => lines.push(line),
    note: line => notes.push(line),
    result: value => {
      result = JSON.parse(JSON.stringify(value))
    },
    progress: { write: () => {} },
  })
  const code = await runProgram(args, { terminal, signal, environment })
  return { code, lines, notes, result: result as Record<string, unknown> }
}
