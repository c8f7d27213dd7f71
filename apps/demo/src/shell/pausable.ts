/** Why training ends where it may go on. */
export const pausing = new Error('paused')

/** Something that goes on until it ends or is paused. */
export interface Pausable {
  readonly start: () => void
  /** Resolves when it has stopped. */
  readonly pause: () => Promise<void>
}

/** @param run stops soon after its signal, whose reason is `pausing` */
export function pausable(run: (signal: AbortSignal) => Promise<void>): Pausable {
  let controller: AbortController | undefined
  let running: Promise<void> = Promise.resolve()
  return {
    start() {
      controller = new AbortController()
      running = run(controller.signal)
    },
    async pause() {
      controller?.abort(pausing)
      await running
    },
  }
}
