import { type BackendChoice, type BackendReport, backendReport, useBackend } from '@chiaro/backend'
import { type WebgpuReport, webgpuReport } from '@chiaro/backend/webgpu'
import { type MpiReport, mpiReport } from '@chiaro/distributed/node'
import type { Command } from 'commander'
import type { ContextOf } from '../context.ts'
import { type CopiesOf, copiesIn } from '../copies.ts'
import { commonFlags } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import type { CommonOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function addDoctor(program: Command, contextOf: ContextOf): void {
  commonFlags(program.command('doctor'))
    .description(
      'which backend runs here and why, whose kernels and gradients, what of MPI, and which packages are here twice',
    )
    .action((options: CommonOptions) => {
      const { terminal, signal } = contextOf(options)
      return untilAborted(signal, doctor(options, terminal))
    })
}

/**
 * `chiaro doctor`: which backend runs and why not the others, and which kernels and gradients are ours; of WebGPU, when
 * asked for, what it finds and what is missing; what of MPI is here; and packages of which the project that it runs in has
 * two copies.
 */
async function doctor({ backend, threads }: CommonOptions, terminal: Terminal): Promise<void> {
  const webgpu = backend === 'webgpu' ? await webgpuReport() : undefined
  if (webgpu !== undefined && !terminal.json) for (const line of describeWebgpu(webgpu)) terminal.print(line)
  let choice: BackendChoice
  try {
    choice = await useBackend(backend, { threads })
  } catch (error) {
    if (webgpu !== undefined) terminal.result({ webgpu })
    throw error
  }
  const report = await backendReport()
  const duplicates = copiesIn(process.cwd()).filter(({ copies }) => copies.length > 1)
  const mpi = await mpiReport()
  terminal.result({ choice, ...report, mpi, duplicates, ...(webgpu && { webgpu }) })
  if (terminal.json) return
  const lines = [...describe(choice, report), ...describeMpi(mpi), ...describeDuplicates(duplicates)]
  for (const line of lines) terminal.print(line)
}

function describeDuplicates(duplicates: readonly CopiesOf[]): string[] {
  if (duplicates.length === 0) return ['copies     one of each package']
  const lines = duplicates.flatMap(({ name, copies }) => [
    `copies     ${name}, ${copies.length} of it`,
    ...copies.map(({ version, path }) => `  ${version.padEnd(8)} ${path}`),
  ])
  return [...lines, '  to make them one: npm dedupe, or upgrade the packages that ask for the older one']
}

/** What several ranks would need, of which most need nothing. */
export function describeMpi({ koffi, libraries, launchers, startedBy, missing }: MpiReport): string[] {
  const by =
    startedBy && `mpi        rank ${startedBy.rank} of ${startedBy.size}, started by ${startedBy.name}`
  return [
    by ?? 'mpi        one rank; mpirun or srun start several',
    ...libraries.map(
      ({ file, version, abi }) => `  library  ${version.split(',')[0]} (${file}), interface ${abi}`,
    ),
    ...launchers.map(({ command, version }) => `  launcher ${command}, ${version}`),
    ...(koffi === undefined ? [] : [`  koffi    ${koffi}`]),
    ...missing.map(sentence => `  missing  ${sentence}`),
  ]
}

function describeWebgpu({ offered, adapter, installed, kernels, missing }: WebgpuReport): string[] {
  const size = (bytes: number | undefined) =>
    bytes === undefined ? 'unknown' : `${Math.round(bytes / 2 ** 10).toLocaleString('en')} KiB`
  const of = adapter && [
    `adapter    ${adapter.description}${adapter.software ? ', software' : ''}`,
    `features   ${adapter.features.join(', ') || 'none beyond the basic ones'}`,
    `limits     ${size(adapter.largestTensor)} a tensor, ${size(adapter.sharedMemory)} shared by a workgroup`,
  ]
  return [
    `webgpu     ${offered ? 'offered' : 'not offered'}`,
    ...(of ?? []),
    `package    @tensorflow/tfjs-backend-webgpu ${installed ? 'can be loaded' : 'is missing'}`,
    `kernels    ${kernels.join(', ')}`,
    ...missing.map(sentence => `missing    ${sentence}`),
  ]
}

function describe(choice: BackendChoice, { platform, tfjs, gradients, wasm }: BackendReport): string[] {
  const registered = (what: string, all: readonly { kernel: string; registered: string }[]) => {
    const others = all.filter(one => one.registered !== 'chiaro')
    const ours = `${all.length - others.length} of ${all.length} ${what} are Chiaro's`
    return others.length === 0 ? ours : `${ours}; not: ${others.map(one => one.kernel).join(', ')}`
  }
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
  const lines = [`platform   ${platform}`, `tfjs-core  ${tfjs}`, 'backends']
  for (const { name, chosen, reason } of choice.considered) {
    lines.push(`  ${chosen ? '✓' : '·'} ${name.padEnd(8)} ${reason}`)
  }
  lines.push(`gradients  ${registered('corrected or added gradients', gradients)}`)
  if (wasm !== undefined) {
    lines.push(`kernels    ${registered('corrected, added or faster kernels', wasm.kernels)}`)
    lines.push(`build      ${wasm.kernelBuild}, multiply and add: ${wasm.multiplyAdd}`)
    lines.push(`threads    ${wasm.threads}: ${wasm.threadReason} (--threads changes it)`)
    if (wasm.heap) {
      const { used, size, budget } = wasm.heap
      lines.push(`heap       ${megabytes(used)} used of ${megabytes(size)}, at most ${megabytes(budget)}`)
    }
  }
  return lines
}
