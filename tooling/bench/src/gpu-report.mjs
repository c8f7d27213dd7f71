/** What was measured on a card, in Markdown. */
export function gpuReport({ adapter, kernels, versions, rows, checks, left }) {
  const { description, largestTensor, sharedMemory, features } = adapter
  const ceiling = Math.max(
    ...rows.map(({ name, gigaflops = 0 }) => (name.startsWith('ceiling') ? gigaflops : 0)),
  )
  const times = rows.map(({ name, milliseconds, alone, gigaflops, gigabytes, problem }) =>
    problem === undefined
      ? [
          name,
          figure(milliseconds),
          figure(alone),
          figure(gigaflops),
          gigaflops && ceiling > 0 ? `${((100 * gigaflops) / ceiling).toFixed(1)} %` : '',
          figure(gigabytes),
        ]
      : [name, `fails: ${problem}`, '', '', '', ''],
  )
  const differences = checks.map(({ name, value, gradient, problem }) =>
    problem === undefined
      ? [name, value.toExponential(1), gradient.toExponential(1)]
      : [name, `fails: ${problem}`, ''],
  )
  return `# On a graphics card

${description}, by WebGPU (Dawn) in Node. ${versions}.
A tensor may have ${mebibytes(largestTensor)}, a workgroup shares ${Math.round(sharedMemory / 1024)} KiB. Features: ${features.join(', ')}.
Kernels of ours: ${kernels.join(', ')}.

Milliseconds a call: medians, of calls one behind the other and of one by itself with the wait for its end.

${table(['', 'together', 'alone', 'GFLOPS', 'of the ceiling', 'GB/s'], times)}

The largest difference from the cpu, as a share of the largest number:

${table(['', 'value', 'gradient'], differences)}
${left.length > 0 ? `\nLeft out, for there was no time: ${left.join('; ')}.\n` : ''}`
}

const line = cells => `| ${cells.join(' | ')} |`
const table = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
const mebibytes = bytes => `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`

function figure(value) {
  if (value === undefined) return ''
  if (value < 1) return value.toFixed(3)
  return value < 100 ? value.toFixed(2) : value.toFixed(0)
}
