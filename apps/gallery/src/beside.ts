/** One figure beside what the equation says it must be. */
export interface Row {
  readonly what: string
  readonly got: number
  readonly closedForm: number
  /** How far apart they may be: the rounding of float32, or three standard errors of a simulation. */
  readonly tolerance: number
}

/** Takes a figure, its closed form and their tolerance. */
export type Beside = (what: string, got: number, closedForm: number, tolerance: number) => void

/** An equation of the lecture notes (docs/notes.md), worked. */
export interface Example {
  /** The notes' number, "1.3". */
  readonly equation: string
  readonly title: string
  run(beside: Beside): Promise<void> | void
}

/** The rows an example lays side by side. */
export async function rowsOf(example: Example): Promise<Row[]> {
  const rows: Row[] = []
  await example.run((what, got, closedForm, tolerance) => rows.push({ what, got, closedForm, tolerance }))
  return rows
}
