import type { AnyTask } from '@chiaro/tasks'
import type { LogEntry } from '@chiaro/train/node'

/** What a log has of every step. */
const ofEveryStep = ['step', 'loss', 'learningRate', 'gradientNorm']

/** What was measured last, and what the task makes of it. */
export function measured(log: readonly LogEntry[], task: AnyTask, config: unknown): string[] {
  const figuresOf = (entry: LogEntry) =>
    Object.entries(entry).filter(
      (pair): pair is [string, number] => !ofEveryStep.includes(pair[0]) && typeof pair[1] === 'number',
    )
  const last = log.findLast(entry => figuresOf(entry).length > 0)
  if (last === undefined) return []
  const figures = figuresOf(last)
  const says = figures.map(([name, value]) => `${name} ${value.toFixed(4)}`).join(', ')
  const warning = task.warning?.(config, last.step, Object.fromEntries(figures))
  const wrong = warning === undefined ? [] : [`${warning[0].toUpperCase()}${warning.slice(1)}.`]
  return [`After step ${last.step}: ${says}.`, ...wrong]
}
