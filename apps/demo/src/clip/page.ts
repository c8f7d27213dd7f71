import { lossPlot } from '../shell/curves.ts'
import { type PictureSheet, pictureSheet } from '../shell/draw-sheet.ts'
import { rested } from '../shell/form.ts'
import type { Lab, LabPage } from '../shell/lab-face.ts'
import { byId, say } from '../shell/run-controls.ts'
import { writeLoss } from '../shell/write-figure.ts'
import { inOneSentence, showLook, writeScale } from './figures.ts'
import type { ClipLab, Look, Ranking } from './messages.ts'
import { groupsPlot, matrixPlot, recallPlot } from './plots.ts'
import { showRanking } from './ranking-view.ts'
import { fields } from './settings.ts'

/** What the page of the CLIP lab says of its own. */
export function clipPage(lab: Lab<ClipLab>): LabPage<ClipLab> {
  const textInput = byId<HTMLInputElement>('text')
  let sheet: PictureSheet | undefined
  let looks: Look[] = []
  let ranking: Ranking | undefined
  /** Of pictures by themselves: plots take addresses. */
  let addresses: (string | undefined)[] = []

  const names = () => lab.prepared()?.about.names ?? []
  function showNearest(next: Ranking) {
    const asked = next.text !== ranking?.text
    ranking = next
    if (asked && next.found.length > 0) {
      const found = next.found.slice(0, 3).map(({ emoji }) => names()[emoji])
      lab.announce(`Nearest to “${next.text}”: ${found.join(', ')}.`)
    }
    return ['ranking']
  }

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

  textInput.addEventListener(
    'input',
    rested(() => lab.ask(textInput.value)),
  )

  return {
    worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    fields,
    plots: {
      ranking(_, place) {
        if (sheet && ranking) showRanking(place, ranking, sheet, names())
        return undefined
      },
      loss: width => lossPlot(lab.losses(), lab.prepared()?.indifferentLoss, 'log N', width),
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
    prepared({ about: { sheet: pictures, names, seen, unseen, remark = '' } }) {
      sheet = pictureSheet(pictures)
      const said = `${names.length} emoji: ${seen} are trained on, drawn by Noto and Fluent; ${unseen} are not. All figures are of Twemoji’s drawings, never trained on.`
      say(`${remark} ${said}`.trim())
      lab.ask(textInput.value)
    },
    figures: figures => writeLoss(figures, lab.prepared()?.indifferentLoss),
    show(shown) {
      switch (shown.kind) {
        case 'scale':
          writeScale(shown.scale)
          return []
        case 'look':
          looks = [...looks.filter(({ step }) => step < shown.look.step), shown.look]
          showLook(shown.look)
          return ['recall', 'matrix', 'groups']
        case 'ranking':
          return showNearest(shown.ranking)
      }
    },
    sentence: (step, loss) => inOneSentence(step, loss, looks.at(-1)),
  }
}
