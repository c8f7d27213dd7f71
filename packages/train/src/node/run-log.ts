import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { replaceFile } from './write-file.ts'

/** A line of `log.jsonl`. Numbers that are not finite become null, as JSON has none. */
export type LogEntry = Readonly<Record<string, unknown>> & { readonly step: number }

/**
 * Appends one line to `log.jsonl`.
 *
 * @param options whether it waits until this line, and with it those before, are on the disk; default false
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { appendLog, readLog, trimLog } from '@chiaro/train/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * for (const step of [1, 2, 3]) await appendLog(folder, { step, loss: 1 / step })
 * await trimLog(folder, 2) // the run goes on from the checkpoint of step 2
 * console.log((await readLog(folder)).map(({ step }) => step)) // 1, 2
 * ```
 */
export async function appendLog(
  folder: string,
  entry: LogEntry,
  { durable = false }: { readonly durable?: boolean } = {},
): Promise<void> {
  await appendFile(join(folder, 'log.jsonl'), `${JSON.stringify(entry)}\n`, { flush: durable })
}

/**
 * The lines of `log.jsonl`; none when there is no file. A last line without its newline was cut off while it was
 * written, and is left out.
 *
 * @throws ChiaroError ('run') that names the line which is not an entry
 * @see `appendLog` for an example
 */
export async function readLog(folder: string): Promise<LogEntry[]> {
  const path = join(folder, 'log.jsonl')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n')
  // A line that lost no more than its end is whole.
  if (typeof parsed(lines[lines.length - 1])?.step !== 'number') lines.pop()
  return lines.map((line, i) => {
    const entry = parsed(line)
    if (typeof entry?.step === 'number') return entry as LogEntry
    throw new ChiaroError(
      'run',
      `${path}: line ${i + 1} must be a JSON object with a step, got ${line}`,
      path,
    )
  })
}

/**
 * Drops the lines after `step`, before a run goes on from there: its log then equals the unbroken run's.
 *
 * @returns the lines that stay
 * @see `appendLog` for an example
 */
export async function trimLog(folder: string, step: number): Promise<LogEntry[]> {
  const kept = (await readLog(folder)).filter(entry => entry.step <= step)
  await replaceFile(join(folder, 'log.jsonl'), kept.map(entry => `${JSON.stringify(entry)}\n`).join(''))
  return kept
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) ?? undefined
  } catch {
    return undefined
  }
}
