// One backend, started and perhaps measured; the panel ends the worker then.
import { startBackend } from '../shell/start-backend.ts'
import { measure } from './measure.ts'
import type { Report, Request } from './messages.ts'

const post = (report: Report) => self.postMessage(report)

self.onmessage = async ({ data: { backend, measure: wanted } }: MessageEvent<Request>) => {
  try {
    const { name, words, considered } = await startBackend(backend)
    post({ kind: 'started', name, words, considered })
    if (!wanted) return
    post({ kind: 'measured', measurement: await measure(work => post({ kind: 'measuring', work })) })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    post({ kind: 'failed', message: message.replace(/^useBackend: /, '') })
  }
}
