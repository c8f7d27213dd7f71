import { rested } from '../shell/form.ts'
import type { Lab, LabPage } from '../shell/lab-face.ts'
import { byId, say } from '../shell/run-controls.ts'
import { writeLoss } from '../shell/write-figure.ts'
import { showLook, writeScale } from './figures.ts'
import type { ClipLab } from './messages.ts'
import { fields } from './settings.ts'
import { createClipView } from './view.ts'

/** What the page of the CLIP lab says of its own. */
export function clipPage(lab: Lab<ClipLab>): LabPage<ClipLab> {
  const textInput = byId<HTMLInputElement>('text')
  const view = createClipView(lab)

  textInput.addEventListener(
    'input',
    rested(() => lab.ask(textInput.value)),
  )

  return {
    worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    fields,
    plots: view.plots,
    clear: view.clear,
    prepared(prepared) {
      view.prepared?.(prepared)
      const { names, seen, unseen, remark = '' } = prepared.about
      const said = `${names.length} emoji: ${seen} are trained on, drawn by Noto and Fluent; ${unseen} are not. All figures are of Twemoji’s drawings, never trained on.`
      say(`${remark} ${said}`.trim())
      lab.ask(textInput.value)
    },
    figures: figures => writeLoss(figures, lab.prepared()?.indifferentLoss),
    show(shown) {
      if (shown.kind === 'scale') writeScale(shown.scale)
      if (shown.kind === 'look') showLook(shown.look)
      if (shown.kind === 'ranking') {
        const { text, found } = shown.ranking
        if (text !== view.ranking()?.text && found.length > 0) {
          const nearest = found.slice(0, 3).map(({ emoji }) => view.names()[emoji])
          lab.announce(`Nearest to “${text}”: ${nearest.join(', ')}.`)
        }
      }
      return view.show(shown)
    },
    sentence: view.sentence,
  }
}
