import { lossPlot } from '../shell/curves.ts'
import { type PictureSheet, pictureSheet } from '../shell/draw-sheet.ts'
import type { LabView, RunSeen } from '../shell/lab-view.ts'
import { inOneSentence } from './figures.ts'
import type { ClipLab, Look, Ranking } from './messages.ts'
import { groupsPlot, matrixPlot, recallPlot } from './plots.ts'
import { showRanking } from './ranking-view.ts'

export type ClipPlot = 'ranking' | 'loss' | 'recall' | 'matrix' | 'groups'

/** What is seen of a run: the pictures that a text finds, and figures of the looks. */
export function createClipView(run: RunSeen<ClipLab>) {
  let sheet: PictureSheet | undefined
  let looks: Look[] = []
  let ranking: Ranking | undefined
  /** Of pictures by themselves: plots take addresses. */
  let addresses: (string | undefined)[] = []

  const names = () => run.prepared()?.about.names ?? []
  function pictureOf(emoji: number): string {
    const known = addresses[emoji]
    if (known !== undefined) return known
    const canvas = document.createElement('canvas')
    canvas.width = 32
    canvas.height = 32
    sheet?.draw(canvas.getContext('2d') as CanvasRenderingContext2D, emoji, 0, 0, 32)
    const address = canvas.toDataURL()
    addresses[emoji] = address
    return address
  }

  const view: LabView<ClipLab, ClipPlot> = {
    plots: {
      ranking(_, place) {
        if (sheet && ranking) showRanking(place, ranking, sheet, names())
        return undefined
      },
      loss: width => lossPlot(run.losses(), run.prepared()?.indifferentLoss, 'log N', width),
      recall: width => recallPlot(looks, width),
      matrix: width => matrixPlot(looks, names(), pictureOf, width),
      groups: width => groupsPlot(looks, width),
    },
    clear() {
      sheet = undefined
      looks = []
      ranking = undefined
      addresses = []
    },
    prepared({ about }) {
      sheet = pictureSheet(about.sheet)
    },
    show(shown) {
      switch (shown.kind) {
        case 'scale':
          return []
        case 'look':
          looks = [...looks.filter(({ step }) => step < shown.look.step), shown.look]
          return ['recall', 'matrix', 'groups']
        case 'ranking':
          ranking = shown.ranking
          return ['ranking']
      }
    },
    sentence: (step, loss) => inOneSentence(step, loss, looks.at(-1)),
  }
  return { ...view, names, ranking: () => ranking }
}
