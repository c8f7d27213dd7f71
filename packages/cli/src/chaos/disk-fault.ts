/** Signals that wish a command to stop; it ends with 128 and their number. */
export const wishes = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** What `failing-fs.ts` is told, by the variable CHIARO_CHAOS_DISK. */
export interface DiskFault {
  /** The folder whose calls count. */
  readonly under: string
  /** Where it leaves what happened. */
  readonly trace: string
  /** Absent where calls are only counted. */
  readonly fault?: {
    readonly kind: (typeof wishes)[number] | 'SIGKILL' | 'ENOSPC' | 'EIO'
    /** Which call, from 1 on; of ENOSPC which one that writes. */
    readonly at: number
    /** Whether all later calls fail as well. */
    readonly lasting: boolean
  }
}

export interface DiskTrace {
  readonly calls: number
  readonly writes: number
  /** The call at which it happened, and when. */
  readonly hit?: { readonly call: string; readonly time: number }
}
