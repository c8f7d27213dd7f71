// Of all copies of this package: what one records, a loss of another's must know of.
const mark = Symbol.for('chiaro.recording')
const shared = globalThis as { [mark]?: boolean }

/**
 * True while a function's kernels are being recorded, to be replayed without it. What is done only to check contents on
 * the host (and reads a tensor for it) is left out then: a replay could not do it, and a read refuses the recording.
 */
export function isRecording(): boolean {
  return shared[mark] === true
}

/** f(), whose kernels the caller records. */
export function whileRecording<T>(f: () => T): T {
  shared[mark] = true
  try {
    return f()
  } finally {
    shared[mark] = false
  }
}
