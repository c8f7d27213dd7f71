/** What progress needs of a stream of Node's, whose types a program need not have. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Where a command writes. With `--json` stdout holds one JSON object and everything else goes to stderr. */
export interface Terminal {
  /** A line of the answer. */
  print(line: string): void
  /** A line about the work. */
  note(line: string): void
  /** The answer as an object; printed only with `--json`. */
  result(value: unknown): void
  readonly json: boolean
  /** Characters that a line of the answer may have, where it can be told in fewer. */
  readonly columns: number
  /** The stream progress is drawn on; bars only where it is a terminal. */
  readonly progress: ProgressStream
}

/** Where the output is no terminal. */
const usualColumns = 100

/** The terminal of this process. */
export function processTerminal(json: boolean): Terminal {
  return {
    json,
    columns: process.stdout.columns ?? usualColumns,
    progress: process.stderr,
    print: line => (json ? process.stderr : process.stdout).write(`${oneLine(line)}\n`),
    note: line => process.stderr.write(`${oneLine(line)}\n`),
    result: value => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}

/** A terminal that nobody sees: of a rank that does the same as rank 0, which speaks. */
export const silentTerminal = (json: boolean): Terminal => ({
  json,
  columns: usualColumns,
  progress: { write: () => {} },
  print: () => {},
  note: () => {},
  result: () => {},
})

/** Cc and the two separators of lines that are none of them. */
const control = /[\p{Cc}\u2028\u2029]/gu

/**
 * A line as a terminal may show it: names of files, classes and columns can hold characters that move the cursor, colour
 * the screen or begin a line that looks like ours.
 */
export function oneLine(text: string): string {
  return text.replace(control, character => {
    const named: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }
    return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
