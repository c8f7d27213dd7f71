import { planeWarmup } from './config.ts'

/** What the density lab kept in `config.demo` before there was this task. */
interface Earlier {
  readonly objective: string
  readonly noise: string
  readonly noiseWidth: number
}

/** Noises that were named otherwise. */
const renamed: Readonly<Record<string, string>> = { studentT: 'student-t', kernelDensity: 'kernel-density' }

/** A config as it is now, also of a run from before, which kept what was its own under `demo`. */
export function withoutEarlier(config: unknown): unknown {
  const known = config as {
    readonly demo?: Partial<Earlier>
    readonly training?: { readonly steps?: number }
  } | null
  if (typeof known !== 'object' || known === null || known.demo?.objective === undefined) return config
  const { objective, noise = '', noiseWidth } = known.demo
  return {
    ...known,
    objective,
    contrast: { kind: renamed[noise] ?? noise, width: noiseWidth },
    training: { ...known.training, warmupSteps: planeWarmup(known.training?.steps ?? 0) },
  }
}
