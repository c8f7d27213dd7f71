/** A frame of more milliseconds than this was missed, at 60 a second. */
const longFrame = 24
/** Frames without drawing after one that was long: of 25 frames at most one is then missed. */
const rest = 24

export interface FrameOptions<Name> {
  /** What follows the hand and is drawn at once. */
  readonly urgent?: Name
  /** Whether the page must stay smooth; else what waits is drawn frame by frame. */
  readonly busy: () => boolean
}

/** Draws what has changed: one thing a frame, and while `busy` so few that the page stays smooth. */
export function createFrames<Name extends string>(
  draw: (name: Name) => void,
  { urgent, busy }: FrameOptions<Name>,
): (...names: Name[]) => void {
  const stale: Name[] = []
  let asked = false
  let resting = 0
  let before: number | undefined

  function paint(now: number) {
    asked = false
    // The gap holds what the last drawing cost in all: script, layout and pixels.
    if (before !== undefined && now - before > longFrame) resting = rest
    before = undefined
    const first = urgent === undefined ? -1 : stale.indexOf(urgent)
    if (resting > 0 && first < 0 && busy()) {
      resting--
      return ask()
    }
    const [name] = stale.splice(Math.max(0, first), 1)
    if (name === undefined) return
    before = now
    draw(name)
    ask()
  }

  function ask() {
    if (asked) return
    asked = true
    requestAnimationFrame(paint)
  }

  return (...names) => {
    for (const name of names) if (!stale.includes(name)) stale.push(name)
    ask()
  }
}
