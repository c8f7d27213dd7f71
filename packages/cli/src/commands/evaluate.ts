import { ChiaroError } from '@chiaro/core'
import { readRun } from '@chiaro/train/node'
import type { Terminal } from '../terminal.ts'
import { type EvaluateClipOptions, evaluateClip } from './evaluate-clip.ts'
import { type EvaluateSimclrOptions, evaluateSimclr } from './evaluate-simclr.ts'

export type EvaluateOptions = EvaluateClipOptions & EvaluateSimclrOptions

/** `chiaro evaluate`: what a run's embeddings are worth, by its task. */
export async function evaluate(
  folder: string,
  options: EvaluateOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { task } = await readRun(folder)
  if (task === 'clip') return evaluateClip(folder, options, terminal)
  if (task === 'simclr') return evaluateSimclr(folder, options, terminal, signal)
  const problem = `must be a clip or a simclr run, got one of task "${task}"`
  throw new ChiaroError('run', `evaluate: ${folder} ${problem}`, 'run')
}
