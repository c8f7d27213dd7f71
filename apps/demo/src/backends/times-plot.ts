import * as Plot from '@observablehq/plot'
import { type WorkName, workNames } from './messages.ts'
import { type BackendName, backendNames, type Row } from './rows.ts'
import { backendWords, milliseconds, workWords } from './words.ts'

/** Every median of what has been measured, a row of dots for each backend; undefined before the first. */
export function timesPlot(
  rows: Readonly<Record<BackendName, Row>>,
  width: number,
): SVGSVGElement | HTMLElement | undefined {
  const dots = backendNames.flatMap(name => {
    const row = rows[name]
    if (row.kind !== 'measured') return []
    const { times } = row.measurement
    return workNames.map((work: WorkName) => ({
      backend: backendWords[name],
      work: workWords[work].title,
      time: times[work],
    }))
  })
  if (dots.length === 0) return undefined
  const titles = workNames.map(name => workWords[name].title)
  const measured = backendNames
    .map(name => backendWords[name])
    .filter(words => dots.some(d => d.backend === words))
  const all = dots.map(({ time }) => time)
  const least = 10 ** Math.floor(Math.log10(Math.min(...all)) - 0.2)
  return Plot.plot({
    width,
    height: 60 + titles.length * (34 + 26 * measured.length),
    marginLeft: 92,
    marginRight: 52,
    marginTop: 26,
    marginBottom: 40,
    style: { background: 'transparent', fontSize: '12px' },
    ariaLabel: dots
      .map(({ backend, work, time }) => `${work} on ${backend}: ${milliseconds(time)} ms`)
      .join('; '),
    x: {
      type: 'log',
      domain: [least, 10 ** Math.ceil(Math.log10(Math.max(...all)))],
      label: 'median time (ms)',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      ticks: width < 500 ? 3 : 6,
      tickFormat: (value: number) => String(value),
    },
    y: { domain: measured, label: null },
    fy: { domain: titles, axis: null, padding: 0.22 },
    marks: [
      Plot.frame({ stroke: 'var(--line)' }),
      Plot.text(titles, { fy: titles, text: d => d, frameAnchor: 'top-left', dy: -13, fontWeight: 600 }),
      Plot.ruleY(dots, {
        fy: 'work',
        y: 'backend',
        x1: least,
        x2: 'time',
        stroke: 'var(--data)',
        strokeOpacity: 0.5,
      }),
      Plot.dot(dots, { fy: 'work', y: 'backend', x: 'time', r: 4.5, fill: 'var(--data)' }),
      Plot.text(dots, {
        fy: 'work',
        y: 'backend',
        x: 'time',
        text: ({ time }: { time: number }) => milliseconds(time),
        textAnchor: 'start',
        dx: 9,
        fill: 'var(--text)',
      }),
    ],
  })
}
