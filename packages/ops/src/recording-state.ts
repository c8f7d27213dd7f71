let recording = false

/**
 * True while a function's kernels are being recorded, to be replayed without it. What is done only to check contents on
 * the host (and reads a tensor for it) is left out then: a replay could not do it, and a read refuses the recording.
 */
export function isRecording(): boolean {
  return recording
}

/** f(), whose kernels the caller records. */
export function whileRecording<T>(f: () => T): T {
  recording = true
  try {
    return f()
  } finally {
    recording = false
  }
}
