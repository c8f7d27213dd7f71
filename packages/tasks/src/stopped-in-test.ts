import { expect } from 'vitest'
import type { ProgramOptions } from './program.ts'

type Told = Required<Pick<ProgramOptions, 'signal' | 'onSave' | 'onStep'>>

/** The run that a training leaves behind when it is told to stop at step 3. */
export async function stoppedRun(train: (told: Told) => Promise<unknown>): Promise<Uint8Array> {
  const controller = new AbortController()
  let saved = new Uint8Array()
  const stopped = train({
    signal: controller.signal,
    onSave: run => {
      saved = Uint8Array.from(run)
    },
    onStep: ({ step }) => {
      if (step === 3) controller.abort(new Error('enough'))
    },
  })
  await expect(stopped).rejects.toThrow('enough')
  return saved
}
