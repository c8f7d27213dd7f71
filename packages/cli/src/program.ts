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
import { exitCode, explain } from './exit-code.ts'
import { nothingLeftOut } from './left-out.ts'
import { packageVersions } from './package-versions.ts'
import { processTerminal, type Terminal } from './terminal.ts'

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

/** Runs `chiaro` with the arguments behind its name, and gives the process's exit code. Never throws. */
export async function runProgram(
  args: readonly string[],
  { terminal = processTerminal, signal }: { terminal?: (json: boolean) => Terminal; signal: AbortSignal },
): Promise<number> {
  const program = new Command('chiaro')
    .description('Contrastive representation learning where your data is: train, evaluate, embed, search.')
    .version(packageVersions().chiaro)
    .showHelpAfterError('(chiaro --help, or chiaro <command> --help, says more)')
    // Commands made from here on inherit both: nothing ends the process, and all output goes to the terminal.
    .exitOverride()
    .configureOutput({
      writeOut: text => forEachLine(text, terminal(false).print),
      writeErr: text => forEachLine(text, terminal(false).note),
    })
  const contextOf: ContextOf = ({ json, cache }) => {
    const own = terminal(json)
    const kept = cache === undefined ? {} : { cache: { folder: cache, onNote: own.note } }
    return { terminal: own, signal, leftOut: nothingLeftOut(), ...kept }
  }
  for (const add of commands) add(program, contextOf)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode.ok
  } catch (error) {
    // Commander has printed its own: the help that was asked for, or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
    const { code, lines } = explain(error, signal)
    for (const line of lines) terminal(false).note(line)
    return code
  }
}

function forEachLine(text: string, write: (line: string) => void): void {
  for (const line of text.trimEnd().split('\n')) write(line)
}
