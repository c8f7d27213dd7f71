import { type FewLabelResult, type ProbeResult, probes } from '@chiaro/tasks'
import type { Terminal } from '../terminal.ts'
import { textTable } from '../text-table.ts'
import { classTable } from './class-table.ts'
import type { Evaluation, Probed } from './probes-of.ts'

/** What probes are asked about. */
export type ProbedUnit = 'picture' | 'row' | 'sentence'

/** How two of them are the same. */
const alike: Readonly<Record<ProbedUnit, string>> = {
  picture: 'pixel for pixel',
  row: 'cell for cell',
  sentence: 'letter for letter',
}

/** The table of probes, the geometry, and class by class what the first probe says. */
export function printProbes(evaluation: Evaluation, terminal: Terminal, unit: ProbedUnit): void {
  const { geometry, baselines, rows, classNames } = evaluation
  const used = probes.filter(probe => evaluation[probe] !== undefined)
  const representations: [string, Probed][] = [['encoder', evaluation], ...Object.entries(baselines)]
  const cells = representations.map(([name, probed]) => [name, ...used.map(probe => accuracy(probed[probe]))])
  for (const line of textTable([['accuracy', ...used], ...cells])) terminal.print(line)
  const some = used.map(probe => evaluation[probe]).find(result => result !== undefined)
  if (some !== undefined) {
    terminal.print(
      'draws' in some
        ? `${some.labels} labels, as many of each class; mean ± standard error over ${some.draws.length} draws of them`
        : `all ${rows.train} labels; 95 % bootstrap interval over the ${rows.test} test ${unit}s (exact where all are right, or wrong)`,
    )
  }
  for (const caution of cautions(evaluation, unit)) terminal.print(caution)
  const { alignment, uniformity, effectiveRank, dimension, pictures } = geometry
  const aligned = alignment === undefined ? '' : `alignment ${alignment.toFixed(3)}  `
  terminal.print(
    `${aligned}uniformity ${uniformity.toFixed(3)}  ` +
      `effective rank ${effectiveRank.toFixed(1)} of ${dimension}  (${pictures} test ${unit}s)`,
  )
  const detailed = used.find(probe => 'confusion' in (evaluation[probe] ?? {}))
  if (detailed !== undefined) {
    terminal.print('')
    const [meaning, ...lines] = classTable(evaluation[detailed] as ProbeResult, classNames, terminal.columns)
    terminal.print(`${detailed} probe by class; ${meaning}`)
    for (const line of lines) terminal.print(line)
  }
}

/** What keeps the accuracies from being those of new pictures of all classes. */
function cautions({ rows, classNames, ...evaluation }: Evaluation, unit: ProbedUnit): string[] {
  const { test, shared } = rows
  const some = probes.map(probe => evaluation[probe]).find(result => result !== undefined)
  const asked =
    some !== undefined && 'perClass' in some ? classNames.filter((_, c) => some.perClass[c].count > 0) : []
  return [
    ...(shared === test
      ? [`every test ${unit} is among the training ${unit}s too: of new ${unit}s this says nothing`]
      : shared > 0
        ? [
            `${shared} of the ${test} test ${unit}s are among the training ${unit}s too, ${alike[unit]}: new ones may be harder`,
          ]
        : []),
    ...(asked.length === 1
      ? [`all test ${unit}s are of one class, ${asked[0]}: the accuracy is its recall`]
      : []),
  ]
}

function accuracy(result: ProbeResult | FewLabelResult | undefined): string {
  if (result === undefined) return ''
  if ('draws' in result) {
    const { accuracy, standardError } = result
    return `${accuracy.toFixed(4)} ${standardError > 0 ? `± ${standardError.toFixed(4)}` : '(in every draw)'}`
  }
  const { low, high } = result.interval
  const unfinished = result.converged === false ? ' (not converged)' : ''
  return `${result.accuracy.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]${unfinished}`
}
