import { ChiaroError } from '@chiaro/core'
import { type Launcher, launcherOf } from '@chiaro/distributed/node'
import { Command, CommanderError } from 'commander'
import { addIndex } from './commands/build-index.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEmbed } from './commands/embed.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addRecipes } from './commands/recipes.ts'
import { addReport } from './commands/report.ts'
import { addResume } from './commands/resume.ts'
import { addSample } from './commands/sample.ts'
import { addScore } from './commands/score.ts'
import { addSearch } from './commands/search.ts'
import { addTrain } from './commands/train.ts'
import type { ContextOf } from './context.ts'
import { type Explanation, exitCode, explain } from './exit-code.ts'
import { nothingLeftOut } from './left-out.ts'
import { packageVersions } from './package-versions.ts'
import { type CommandRanks, commandRanks } from './ranks/command-ranks.ts'
import { processTerminal, silentTerminal, type Terminal } from './terminal.ts'

const commands = [
  addTrain,
  addRecipes,
  addResume,
  addEvaluate,
  addEmbed,
  addIndex,
  addSearch,
  addScore,
  addSample,
  addReport,
  addDoctor,
]

/** What several ranks do together, what each does by itself, and what rank 0 alone tells. */
const [together, byItself, byFirst] = [['train', 'resume'], ['embed'], ['doctor']]

export interface ProgramOptions {
  /** Where it writes. Default: stdout and stderr. */
  readonly terminal?: (json: boolean) => Terminal
  /** Ends it, after it has saved what there is to save. */
  readonly signal: AbortSignal
  /** What a launcher of MPI says in: whether there are other ranks. Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Runs `chiaro` with the arguments behind its name, and gives the process's exit code. Never throws. */
export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<number> {
  const { terminal = processTerminal, signal, environment = process.env } = options
  let ranks: CommandRanks | undefined
  let speaking = terminal
  let end: Explanation | undefined
  const problems: string[] = []
  try {
    const launcher = byItself.includes(args[0]) ? undefined : launcherOf(environment)
    if (launcher !== undefined && launcher.size > 1) {
      if (launcher.rank > 0) speaking = silentTerminal
      if (together.includes(args[0])) ranks = commandRanks(launcher)
      else refuseRanks(args[0], launcher)
    }
    const contextOf: ContextOf = ({ json, cache, rankPatience }) => {
      const own = speaking(json)
      const kept = cache === undefined ? {} : { cache: { folder: cache, onNote: own.note } }
      const opened = rankPatience === undefined ? undefined : ranks?.open(rankPatience)
      return { terminal: own, signal, leftOut: nothingLeftOut(), ...kept, ...(opened && { ranks: opened }) }
    }
    await programOf(contextOf, speaking, problems).parseAsync([...args], { from: 'user' })
  } catch (error) {
    end = explained(error, signal, problems)
  }
  if (ranks !== undefined) return ranks.end(end, terminal(false).note)
  for (const line of end?.lines ?? []) speaking(false).note(line)
  return end?.code ?? exitCode.ok
}

function programOf(contextOf: ContextOf, terminal: (json: boolean) => Terminal, problems: string[]): Command {
  const program = new Command('chiaro')
    .description('Contrastive representation learning where your data is: train, evaluate, embed, search.')
    .version(packageVersions().chiaro)
    .showHelpAfterError('(chiaro --help, or chiaro <command> --help, says more)')
    // Commands made from here on inherit both: nothing ends the process, and all output goes to the terminal.
    .exitOverride()
    .configureOutput({
      writeOut: text => forEachLine(text, terminal(false).print),
      writeErr: text => forEachLine(text, line => problems.push(line)),
    })
  for (const add of commands) add(program, contextOf)
  return program
}

/** How the command ends; undefined for help that was asked for. */
function explained(
  error: unknown,
  signal: AbortSignal,
  problems: readonly string[],
): Explanation | undefined {
  if (!(error instanceof CommanderError)) return explain(error, signal)
  return error.exitCode === 0 ? undefined : { code: exitCode.usage, lines: problems }
}

/** @throws ChiaroError 'ranks' for a command that several ranks would do several times over */
function refuseRanks(name: string | undefined, launcher: Launcher): void {
  if (name === undefined || byFirst.includes(name) || name.startsWith('-')) return
  const problem = `${launcher.name} has started it ${launcher.size} times, and only ${together.join(' and ')} are`
  throw new ChiaroError('ranks', `${name}: ${problem} for several ranks; start it by itself`)
}

function forEachLine(text: string, write: (line: string) => void): void {
  for (const line of text.trimEnd().split('\n')) write(line)
}
