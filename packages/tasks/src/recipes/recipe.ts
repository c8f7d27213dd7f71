/** A starting point for training: settings, and what they reached. */
export interface Recipe {
  readonly name: string
  /** Raised when a setting changes, since what was reached belongs to the settings. */
  readonly version: number
  /** The task that it trains. */
  readonly task: string
  /** What it is for, in a few words. */
  readonly summary: string
  /** The settings that differ from the task's defaults. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Absent until it has been measured here. */
  readonly reached?: {
    /** The figure, with its error where there is one, and of what. */
    readonly figure: string
    /** The page of this repository that has it. */
    readonly source: string
    readonly took: string
  }
  /** The command, on data as the page says. */
  readonly command: string
}
