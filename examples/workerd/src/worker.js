import { train } from './train.js'

export default {
  /** Trains while a request waits, and answers with the last loss. */
  async fetch() {
    let last
    for await (const step of train()) last = step
    return Response.json({ step: last.step, loss: last.loss })
  },
}
