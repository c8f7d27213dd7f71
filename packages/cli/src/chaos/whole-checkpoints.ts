import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadCheckpoint } from '@chiaro/train/node'

/** The step of a run's newest checkpoint that is whole, whatever latest.json says; 0 for none. */
export async function newestWhole(run: string): Promise<number> {
  const names = await readdir(join(run, 'checkpoints')).catch((): string[] => [])
  const steps = names.filter(name => /^\d+$/.test(name)).map(Number)
  for (const step of steps.toSorted((a, b) => b - a)) {
    const isWhole = await loadCheckpoint(run, step).then(
      () => true,
      () => false,
    )
    if (isWhole) return step
  }
  return 0
}
