/** A curve, by its points in order of x. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
  /** Whether its points are shown: they are measured. */
  readonly dots?: boolean
}

export interface Axis {
  readonly label: string
  readonly ticks: readonly number[]
  /** Distances stand for ratios. */
  readonly log?: boolean
}

export interface Figure {
  /** What is seen, in a sentence. */
  readonly words: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

/** How lines are told apart without colour. */
export const dashes = ['none', '7 4', '2 3', '9 3 2 3'] as const

const [width, height] = [520, 300]
const plot = { left: 44, top: 22, width: 466, height: 232 }

/** Where the parts of a figure lie, in a box of 520 by 300; the axes reach from their first tick to their last. */
export function chart({ x, y, series }: Figure) {
  const across = scale(x, plot.left, plot.left + plot.width)
  const up = scale(y, plot.top + plot.height, plot.top)
  const lines = series.map(({ points, dots = false }) => {
    const at = points.map(([px, py]) => [across.of(px), up.of(py)] as const)
    const d = at.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join('')
    return { d, dots: dots ? at : [] }
  })
  return { width, height, plot, x: across, y: up, lines }
}

function scale({ ticks, log = false }: Axis, from: number, to: number) {
  const measure = (value: number) => (log ? Math.log(value) : value)
  const [low, high] = [measure(ticks[0]), measure(ticks[ticks.length - 1])]
  const of = (value: number) => from + ((measure(value) - low) / (high - low)) * (to - from)
  return { of, ticks: ticks.map(value => ({ at: of(value), label: String(value).replace('-', '−') })) }
}
