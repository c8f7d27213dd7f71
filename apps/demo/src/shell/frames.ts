/** A frame of more milliseconds than this was missed, at 60 a second. */
const longFrame = 24
/** Frames without drawing after one that was long: of 25 frames at most one is then missed. */
const rest = 24

/** Draws what has changed, one thing a frame, and seldom where that takes long: the page stays smooth. */
export function createFrames<Name extends string>(draw: (name: Name) => void): (...names: Name[]) => void {
  const stale: Name[] = []
  let asked = false
  let resting = 0
  let before: number | undefined

  function paint(now: number) {
    asked = false
    // The gap holds what the last drawing cost in all: script, layout and pixels.
    if (before !== undefined && now - before > longFrame) resting = rest
    before = undefined
    if (resting > 0) {
      resting--
      return ask()
    }
    const name = stale.shift()
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
