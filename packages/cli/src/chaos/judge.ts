import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { readLog } from '@chiaro/train/node'
import { chiaro } from '../run-in-test.ts'
import { resuming, steps, training } from './commands.ts'
import { wishes } from './disk-fault.ts'
import { changes } from './snapshot.ts'
import type { Befallen } from './trial.ts'

/** What became of a command. */
export type Verdict =
  /** It ended well, with the very result of one that nothing befell. */
  | 'done'
  /** It ended by a signal or an error, and all is as before. */
  | 'intact'
  /** Its run went on, to the very bits of one that nothing befell. */
  | 'resumed to the bit'
  /** It said in one line why it does not go on, and changed nothing. */
  | 'refused'
  /** It took damaged data for other data: it begins with them, there is nothing to tell them by. */
  | 'took the data as they are'

export interface Judgement {
  readonly verdict?: Verdict
  /** What must not be. */
  readonly problems: readonly string[]
}

/** Signals are answered within a second or two; on a machine with other work to do this is far more. */
const longest = 10_000

export async function judge(befallen: Befallen): Promise<Judgement> {
  const problems = [...problemsOfEnd(befallen), ...problemsOfFiles(befallen)]
  const { verdict, ...more } = befallen.trial.command.trains
    ? await judgeTraining(befallen)
    : await judgeUse(befallen)
  return { verdict, problems: [...problems, ...more.problems] }
}

/** The exit code, the lines and the time. */
function problemsOfEnd({ trial, code, signal, notes, milliseconds, before, after }: Befallen): string[] {
  const { kind } = trial
  const problems: string[] = []
  if (/^ {4}at /m.test(notes)) problems.push('a stack')
  const said = notes.split('\n').filter(line => line.startsWith('chiaro:'))
  if (code === 1 && said.length !== 1) problems.push(`${said.length} lines say why`)
  const allowed: (number | null)[] = [0]
  if (kind === 'SIGKILL') allowed.push(null)
  else if (isWish(kind)) allowed.push(128 + constants.signals[kind])
  else allowed.push(1)
  // Before the command listens a signal ends it by itself.
  const early = isWish(kind) && signal === kind && changes(before, after).length === 0 && notes === ''
  if (!allowed.includes(code) && !early) problems.push(`ended with ${code ?? signal}`)
  if (milliseconds !== undefined && milliseconds > longest) problems.push(`ended after ${milliseconds} ms`)
  return problems
}

const isWish = (kind: string): kind is (typeof wishes)[number] => (wishes as readonly string[]).includes(kind)

/** What was written, and what was left. */
function problemsOfFiles(befallen: Befallen): string[] {
  const { trial, before, after, newestBefore, newestAfter, trace, notes } = befallen
  const { command, kind } = trial
  const killed = befallen.code === null
  const partialOf = (path: string) => path.replace(/\.\d+\.partial$/, '')
  const outside = changes(before, after).filter(
    path =>
      !command.writes.some(
        one => partialOf(path) === one || (command.trains && path.startsWith(`${one}/`)) || path === one,
      ),
  )
  const problems = outside.map(path => `wrote ${path}`)
  // Where nothing can be removed any more, nothing is.
  const stuck = kind === 'EIO' && (/and ever after/.test(befallen.what) || /^rm /.test(trace.hit?.call ?? ''))
  const left = [...after.keys()].filter(path => /\.(partial|removed)$/.test(path))
  if (!killed && !stuck && left.length > 0) problems.push(`left ${left.join(', ')}`)
  if (newestAfter < newestBefore) {
    problems.push(`the newest whole checkpoint was of step ${newestBefore}, is of ${newestAfter}: ${notes}`)
  }
  return problems
}

/** A command that leaves the run as it is. */
async function judgeUse(befallen: Befallen): Promise<Judgement> {
  const { trial, code, before, after, unbroken, printed } = befallen
  const { writes, result } = trial.command
  const problems: string[] = []
  const same = async (path: string) => {
    const [mine, wanted] = await Promise.all([textOf(befallen.folder, path), textOf(unbroken.folder, path)])
    return mine === wanted
  }
  const damagedData = trial.kind.endsWith('of the data')
  if (code === 0) {
    if (damagedData) return { verdict: 'took the data as they are', problems }
    const isSame =
      result === undefined
        ? printed === unbroken.printed
        : (await Promise.all(writes.map(same))).every(Boolean)
    // What a report draws of a damaged log is what the log says.
    const isLog = befallen.what.startsWith('run/log.jsonl') || befallen.what.startsWith('run/report.json')
    if (!isSame && !isLog) problems.push('another result')
    return { verdict: 'done', problems }
  }
  for (const path of writes) {
    if (before.get(path) !== after.get(path) && !(await same(path))) problems.push(`half a result in ${path}`)
  }
  return { verdict: code === 1 ? 'refused' : 'intact', problems }
}

/** A text without the folder's own path in it. */
async function textOf(folder: string, path: string): Promise<string | undefined> {
  const text = await readFile(join(folder, path), 'latin1').catch(() => undefined)
  return text?.replaceAll(folder, '')
}

/** A run that is trained: what came of it must go on to the bits of the unbroken one, or be refused as it is. */
async function judgeTraining(befallen: Befallen): Promise<Judgement> {
  const { folder, trial, code, before, after, whole } = befallen
  const run = join(folder, 'run')
  const { task, begins } = trial.command
  const problems: string[] = []
  if (trial.kind.endsWith('of the data') || trial.kind.endsWith('of the run')) {
    if (code === 0 && begins === 'nothing') return { verdict: 'took the data as they are', problems }
    if (code === 0) return { verdict: 'resumed to the bit', problems: await problemsOfRun() }
    const changed = changes(before, after)
    if (changed.length > 0) problems.push(`was refused, and changed ${changed.join(', ')}`)
    return { verdict: 'refused', problems }
  }
  if (code === 0) return { verdict: 'done', problems: await problemsOfRun() }
  const begun = after.has('run/run.json')
  const again = await chiaro(here([...(begun ? resuming(task) : training[task]), ...fixed]))
  const isDone = again.notes.some(note => note.includes('trained to its end already'))
  if (again.code !== 0 && !isDone) problems.push(`could not go on: ${again.notes.at(-1)}`)
  return { verdict: 'resumed to the bit', problems: [...problems, ...(await problemsOfRun())] }

  /** The paths of a command that runs in the test, whose working directory is another. */
  function here(args: readonly string[]): string[] {
    const names = new Set(['run', 'pictures', 'pairs.csv', 'rows.csv'])
    return args.map(arg => (names.has(arg) ? join(folder, arg) : arg))
  }

  async function problemsOfRun(): Promise<string[]> {
    const found: string[] = []
    const names = ['model.safetensors', 'optimizer.safetensors', 'state.json']
    for (const path of ['latest.json', ...names.map(name => `checkpoints/${steps}/${name}`)]) {
      const [mine, wanted] = await Promise.all([textOf(run, path), textOf(whole, path)])
      if (mine !== wanted) found.push(`${path} is ${mine === undefined ? 'missing' : 'another'}`)
    }
    // The report tells the time of the steps that were trained last, and the mean of losses that the log has.
    const withoutTimes = async (one: string) =>
      (await textOf(one, 'report.json'))?.replace(/"(seconds|run)": .*/g, '')
    const isLog = befallen.what.startsWith('run/log.jsonl')
    const [report, wantedReport] = await Promise.all([run, whole].map(withoutTimes))
    if (report === undefined || (report !== wantedReport && !isLog)) {
      found.push(`report.json is ${report === undefined ? 'missing' : `another: ${report}`}`)
    }
    if (!isLog) {
      const [mine, wanted] = await Promise.all(
        [run, whole].map(async one => (await readLog(one)).map(line => JSON.stringify(line))),
      )
      if (mine.join() !== wanted.join()) found.push(`log.jsonl has ${mine.length} lines, or others`)
    }
    return found
  }
}

const fixed = ['--backend', 'wasm', '--threads', '1']
