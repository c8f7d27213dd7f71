import { backendReport } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import { allGatherTexts, type Communicator } from '@chiaro/distributed'
import { type DataFingerprint, digest } from '@chiaro/train'
import { packageVersions } from '../package-versions.ts'

/** What a rank trains on and by. */
export interface Begun {
  readonly data: DataFingerprint
  readonly config: unknown
  readonly seed: unknown
}

/** Each under its name: "rows of the data", 400. */
type Facts = Readonly<Record<string, string | number>>

/**
 * Refuses ranks that go by something else than rank 0: weights of other data, settings, versions or kernels are nobody's.
 *
 * @throws ChiaroError 'ranks' on every rank, that names the first which differs, and in what
 */
export async function checkAlike(where: string, begun: Begun, ranks: Communicator): Promise<void> {
  const own = await factsOf(begun)
  const all = allGatherTexts(JSON.stringify(own), ranks).map(text => JSON.parse(text) as Facts)
  const problem = differenceOf(all)
  if (problem === undefined) return
  const wanted = 'every rank must have the same data, settings and versions'
  throw new ChiaroError('ranks', `${where}: ${wanted}, got ${problem}`)
}

/** In what the first rank that differs from rank 0 does so; undefined where all are alike. */
export function differenceOf(all: readonly Facts[]): string | undefined {
  const differing = (facts: Facts) =>
    Object.keys({ ...all[0], ...facts }).filter(name => facts[name] !== all[0][name])
  const rank = all.findIndex(facts => differing(facts).length > 0)
  if (rank < 0) return undefined
  const values = (name: string) => `${all[rank][name] ?? 'none'}, on rank 0 ${all[0][name] ?? 'none'}`
  return `on rank ${rank} ${differing(all[rank])
    .map(name => `${name} (${values(name)})`)
    .join('; ')}`
}

async function factsOf({ data, config, seed }: Begun): Promise<Facts> {
  const { backend, wasm } = await backendReport()
  const kernels = wasm && `${wasm.kernelBuild}, multiply and add ${wasm.multiplyAdd}`
  const named = (what: string, facts: Facts) =>
    Object.entries(facts).map(([name, value]) => [`${name} of ${what}`, value])
  return {
    ...Object.fromEntries(named('the data', data)),
    settings: digest([JSON.stringify(config)]),
    seed: String(seed),
    ...Object.fromEntries(named('the packages', packageVersions())),
    kernels: [backend, kernels].filter(Boolean).join(' '),
  }
}

/** Waits until every rank is here: what one of them could not do is then known to all, before long work. */
export function meet(ranks: Communicator | undefined): void {
  ranks?.allGather(new Float32Array(0))
}
