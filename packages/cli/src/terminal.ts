/** Where a command writes. With `--json` stdout holds one JSON object and everything else goes to stderr. */
export interface Terminal {
  /** A line of the answer. */
  print(line: string): void
  /** A line about the work. */
  note(line: string): void
  /** The answer as an object; printed only with `--json`. */
  result(value: unknown): void
  readonly json: boolean
  /** The stream progress is drawn on; bars only where it is a terminal. */
  readonly progress: NodeJS.WriteStream
}

/** The terminal of this process. */
export function processTerminal(json: boolean): Terminal {
  return {
    json,
    progress: process.stderr,
    print: line => (json ? process.stderr : process.stdout).write(`${line}\n`),
    note: line => process.stderr.write(`${line}\n`),
    result: value => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}
