// Everything that computes: the page itself only draws.

import { inWords } from '../shell/in-words.ts'
import { startBackend } from '../shell/start-backend.ts'
import type { Report, Request } from './messages.ts'
import { createSession } from './session.ts'

const post = (report: Report) => self.postMessage(report)

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  if (data.kind !== 'start') return
  try {
    const { words, why } = await startBackend(data.backend)
    const handle = createSession(post)
    self.onmessage = ({ data }: MessageEvent<Request>) => void handle(data)
    post({ kind: 'ready', words: why === '' ? words : `${words} (${why})` })
  } catch (error) {
    post({ kind: 'failed', message: inWords(error) })
  }
}
