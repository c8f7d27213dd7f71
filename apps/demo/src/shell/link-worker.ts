import { carryBackend, chosenBackend } from './chosen-backend.ts'
import type { LabKinds } from './lab-kinds.ts'
import type { LabReport, LabRequest } from './messages.ts'
import { fail } from './run-controls.ts'

/** Starts a lab's worker on the backend that the address asks for; what it gives sends it requests. */
export function linkWorker<L extends LabKinds>(
  worker: Worker,
  receive: (report: LabReport<L>) => void,
): (request: LabRequest<L>) => void {
  const post = (request: LabRequest<L>) => worker.postMessage(request)
  worker.onmessage = ({ data }: MessageEvent<LabReport<L>>) => receive(data)
  worker.onerror = event => fail(`The page’s worker could not run: ${event.message}. Reload the page.`)
  carryBackend()
  try {
    post({ kind: 'start', backend: chosenBackend(), page: location.href })
  } catch (error) {
    fail((error as Error).message)
  }
  return post
}
