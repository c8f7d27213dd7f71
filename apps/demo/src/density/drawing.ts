import type { Drawn } from '../shell/curves.ts'

/** Points drawn by hand, as x, y, x, y, … */
export interface Drawing {
  readonly values: () => Float32Array
  readonly cross: () => readonly [number, number] | undefined
  readonly clear: () => void
  readonly enable: (enabled: boolean) => void
  /** Gives the plot as last drawn: its scales turn pixels into numbers. */
  readonly use: (plot: Drawn) => void
}

/** Points of one puff, and their spread in widths of the box (which is 8). */
const [puff, spread] = [4, 0.12]
const most = 4000

/** Lets the pointer spray points on a plot; arrow keys move a cross, and Space or Enter sprays there. */
export function createDrawing(holder: HTMLElement, onChange: () => void): Drawing {
  const points: number[] = []
  let enabled = false
  let plot: Drawn | undefined
  let pressed = false
  let cross: [number, number] = [0, 0]

  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
  function spray(x: number, y: number) {
    for (let i = 0; i < puff && points.length < 2 * most; i++) {
      points.push(x + spread * normal(), y + spread * normal())
    }
    onChange()
  }

  function place(event: PointerEvent): readonly [number, number] | undefined {
    const svg = plot instanceof SVGSVGElement ? plot : plot?.querySelector('svg')
    const matrix = svg?.getScreenCTM()
    if (!plot || !matrix) return undefined
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
    const [across, up] = [plot.scale('x')?.invert?.(x), plot.scale('y')?.invert?.(y)]
    return Math.abs(across) <= 4 && Math.abs(up) <= 4 ? [across, up] : undefined
  }

  holder.addEventListener('pointerdown', event => {
    if (!enabled) return
    pressed = true
    holder.setPointerCapture(event.pointerId)
    const at = place(event)
    if (at) spray(...at)
    event.preventDefault()
  })
  holder.addEventListener('pointermove', event => {
    const at = enabled && pressed ? place(event) : undefined
    if (at) spray(...at)
  })
  for (const name of ['pointerup', 'pointercancel']) {
    holder.addEventListener(name, () => {
      pressed = false
    })
  }
  holder.addEventListener('keydown', event => {
    if (!enabled) return
    const step = event.shiftKey ? 1 : 0.25
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    }
    const move = moves[event.key]
    if (move) {
      cross = cross.map((value, j) => Math.max(-4, Math.min(4, value + move[j]))) as [number, number]
      onChange()
    } else if (event.key === ' ' || event.key === 'Enter') spray(...cross)
    else return
    event.preventDefault()
  })

  return {
    values: () => Float32Array.from(points),
    cross: () => (enabled && document.activeElement === holder ? cross : undefined),
    clear: () => {
      points.length = 0
      onChange()
    },
    enable: next => {
      enabled = next
      holder.classList.toggle('drawing', next)
      if (next) {
        holder.tabIndex = 0
        holder.setAttribute('role', 'application')
        holder.setAttribute('aria-label', 'Drawing plane. Arrow keys move the cross, Space adds points.')
      } else {
        for (const name of ['tabindex', 'role', 'aria-label']) holder.removeAttribute(name)
      }
    },
    use: next => {
      plot = next
    },
  }
}
