import type { LabKinds } from './lab-kinds.ts'
import type { LabWork, ToPage } from './lab-work.ts'
import type { LabReport, LabRequest } from './messages.ts'
import { createSession } from './session.ts'
import { startBackend } from './start-backend.ts'

/** Everything that computes lives in the worker: a page only draws. Starts a backend, then serves the page's requests. */
export function serveLab<L extends LabKinds>(lab: (to: ToPage<L>) => LabWork<L>): void {
  type Request = MessageEvent<LabRequest<L>>
  const post = (report: LabReport<L>) => self.postMessage(report)
  self.onmessage = async ({ data }: Request) => {
    if (data.kind !== 'start') return
    try {
      const { words, why } = await startBackend(data.backend)
      const take = createSession(lab, data.page, post)
      self.onmessage = ({ data }: Request) => void take(data)
      post({ kind: 'ready', words: why === '' ? words : `${words} (${why})` })
    } catch (error) {
      post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
    }
  }
}
