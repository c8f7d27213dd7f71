import type { Features } from '@chiaro/tasks'
import type { LabRun, ToPage, Watch } from '../shell/lab-work.ts'
import { toSheet } from '../shell/sheet.ts'
import { newDrawings } from './atlas.ts'
import { embedNew, lookOf, rankingOf } from './look.ts'
import type { ClipLab } from './messages.ts'

/** What is shown of a run: how well words find drawings never trained on, and those that a text finds. */
export function watchClip(
  { model, made: { atlas, onlyLooked }, now: { config } }: LabRun<ClipLab>,
  { show, superseded }: ToPage<ClipLab>,
): Watch<ClipLab> {
  let pictures: Features | undefined
  let picturesStep = 0
  let text = ''

  async function rank() {
    if (pictures === undefined || text.trim() === '') return
    show({ kind: 'ranking', ranking: await rankingOf(model, pictures, picturesStep, text) })
  }

  return {
    about: {
      sheet: toSheet(newDrawings(atlas)),
      names: atlas.emoji.map(({ name }) => name),
      seen: atlas.seen.length,
      unseen: atlas.unseen.length,
      remark: onlyLooked,
    },
    async look(step) {
      if (superseded()) return
      pictures = await embedNew(model, atlas)
      picturesStep = step
      show({ kind: 'look', look: await lookOf(model, atlas, step, pictures) })
      await rank()
    },
    async tell() {
      const { learned, initial } = config.logitScale
      show({ kind: 'scale', scale: learned ? await scaleOf(model) : initial })
    },
    async ask(asked) {
      text = asked
      await rank()
    },
  }
}

async function scaleOf({ scale }: ClipLab['model']): Promise<number> {
  const tensor = scale?.scale()
  const [value] = (await tensor?.data()) ?? [Number.NaN]
  tensor?.dispose()
  return value
}
