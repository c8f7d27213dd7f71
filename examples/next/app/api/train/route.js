import { train } from '../../../lib/train.js'

export const dynamic = 'force-dynamic'

/** Trains on the server: GET /api/train gives the last loss. */
export async function GET() {
  let last
  for await (const step of train()) last = step
  return Response.json({ step: last.step, loss: last.loss })
}
