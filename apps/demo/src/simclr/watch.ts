import { simclrOrder, simclrViewsAt } from '@chiaro/tasks'
import type { LabRun, ToPage, Watch } from '../shell/lab-work.ts'
import { toRgba, toSheet } from '../shell/sheet.ts'
import { type Embeddings, embedAll, neighboursOf } from './embeddings.ts'
import { lookOf, pixelAccuracy, rolesOf } from './look.ts'
import type { Accuracy, SimclrLab } from './messages.ts'

/** Of how many pictures the views are shown. */
const strip = 8

/** What is shown of a run: views, embeddings, and the neighbours of a picture. */
export function watchSimclr(
  run: LabRun<SimclrLab>,
  { show, superseded }: ToPage<SimclrLab>,
): Watch<SimclrLab> {
  const { pictures, remark, data } = run.made
  const { names, labels, classes } = pictures
  const roles = rolesOf(run)
  let picture = roles.mapped[0]
  let pixels: Accuracy | undefined
  let embeddings: Embeddings | undefined
  let places: Float32Array | undefined

  async function showNeighbours() {
    if (embeddings === undefined) return
    show({ kind: 'neighbours', neighbours: await neighboursOf(embeddings, names, picture) })
  }

  /** Both views of some pictures as the next step draws them. */
  async function showViews(before: number) {
    const step = before + 1
    const { config } = run.now
    const [indices] = simclrOrder(config, data.count, run.key, step)
    const views = simclrViewsAt(config, run.key, step, await data.read(indices))
    const [, height, width, channels] = views.first.shape
    const count = Math.min(strip, indices.length)
    const [first, second] = await Promise.all(
      [views.first, views.second].map(async view => {
        const values = await view.data<'float32'>()
        view.dispose()
        return toRgba(values.subarray(0, count * height * width * channels), channels, 255)
      }),
    )
    show({ kind: 'views', views: { step, pictures: indices.slice(0, count), first, second } })
  }

  return {
    about: { sheet: toSheet(pictures), names, labels, classes, remark },
    preview: showViews,
    changed: async (step, running) => {
      if (!running) await showViews(step)
    },
    async look(step) {
      const found = await embedAll(run, step, superseded)
      if (found === undefined) return
      embeddings = found
      pixels ??= await pixelAccuracy(pictures, roles)
      const look = await lookOf(run, embeddings, { roles, pixels, before: places })
      places = look.places
      show({ kind: 'look', look })
      await showNeighbours()
    },
    // Embeddings of while it trains are some seconds old: the answer says of which step they are.
    async ask(asked) {
      if (!(asked >= 0 && asked < data.count)) return
      picture = asked
      await showNeighbours()
    },
  }
}
