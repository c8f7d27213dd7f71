/** Requests to a lab's worker, one after another. */
export interface RequestQueue<Request> {
  readonly take: (request: Request) => Promise<void>
  /** Whether a later request to make a run waits, or to make none: what is made of an earlier one would be seen by nobody. */
  readonly superseded: () => boolean
}

/** Handles requests in their order; one that fails is told of and holds up no other. */
export function createQueue<Request extends { readonly kind: string }>(
  handle: (request: Request) => Promise<void> | void,
  failed: (error: unknown) => void,
): RequestQueue<Request> {
  /** Runs that were asked for, and those of them whose turn has come. */
  let [wanted, come] = [0, 0]
  let queue: Promise<void> = Promise.resolve()
  return {
    take(request) {
      const makesRun = ['begin', 'open', 'stop'].includes(request.kind)
      if (makesRun) wanted++
      queue = queue
        .then(() => {
          if (makesRun) come++
          return handle(request)
        })
        .catch(failed)
      return queue
    },
    superseded: () => come < wanted,
  }
}
