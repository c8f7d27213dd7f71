import { lossPlot } from '../shell/curves.ts'
import { type PictureSheet, pictureSheet } from '../shell/draw-sheet.ts'
import type { LabView, RunSeen } from '../shell/lab-view.ts'
import { inOneSentence } from './figures.ts'
import { createMap } from './map-view.ts'
import type { Look, SimclrLab, ViewStrips } from './messages.ts'
import { accuracyPlot, alignmentPlot, uniformityPlot } from './plots.ts'
import { drawStrips } from './view-strips.ts'

export type SimclrPlot = 'views' | 'map' | 'loss' | 'accuracy' | 'alignment' | 'uniformity'

/** What is seen of a run: views, the map of embeddings, figures of the looks; `onPick`: a picture of the map was chosen. */
export function createSimclrView(run: RunSeen<SimclrLab>, onPick: (picture: number) => void) {
  let sheet: PictureSheet | undefined
  let strips: ViewStrips | undefined
  let looks: Look[] = []
  let picked: number | undefined
  let map: { readonly place: HTMLElement; readonly draw: ReturnType<typeof createMap> } | undefined

  const about = () => run.prepared()?.about
  /** Why nothing is drawn: a run that is there will show something soon. */
  const notYet = () => (about() === undefined ? 'Shown once the pictures are there.' : undefined)

  const view: LabView<SimclrLab, SimclrPlot> = {
    plots: {
      views(_, place) {
        if (sheet === undefined || strips === undefined) return notYet()
        drawStrips(place, strips, sheet)
      },
      map(_, place) {
        const look = looks.at(-1)
        if (sheet === undefined || look === undefined) return notYet()
        if (map?.place !== place) map = { place, draw: createMap(place, onPick) }
        map.draw({ look, sheet, labels: about()?.labels, picked })
      },
      loss: width => lossPlot(run.losses(), run.prepared()?.indifferentLoss, 'log(2N−1)', width),
      accuracy: width => accuracyPlot(looks, about()?.classes?.length, width),
      alignment: width => alignmentPlot(looks, width),
      uniformity: width => uniformityPlot(looks, width),
    },
    clear() {
      sheet = undefined
      strips = undefined
      looks = []
      picked = undefined
    },
    prepared({ about }) {
      sheet = pictureSheet(about.sheet)
    },
    show(shown) {
      switch (shown.kind) {
        case 'views':
          strips = shown.views
          return ['views']
        case 'look':
          looks = [...looks.filter(({ step }) => step < shown.look.step), shown.look]
          return ['map', 'accuracy', 'alignment', 'uniformity']
        case 'neighbours':
          return []
      }
    },
    sentence: (step, loss) => inOneSentence(step, loss, looks.at(-1)),
  }
  return {
    ...view,
    sheet: () => sheet,
    notYet,
    /** Marks a picture on the map. */
    mark(picture: number) {
      picked = picture
    },
  }
}
