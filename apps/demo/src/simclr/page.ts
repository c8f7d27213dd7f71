import { complaint } from '../shell/form.ts'
import type { Lab, LabPage } from '../shell/lab-face.ts'
import { placeOf } from '../shell/plot-places.ts'
import { byId, fail, say } from '../shell/run-controls.ts'
import { counted, writeLoss } from '../shell/write-figure.ts'
import { showLook } from './figures.ts'
import { droppedFiles, filesOf } from './given-files.ts'
import { givenFolder } from './given-folder.ts'
import { showClasses } from './map-view.ts'
import type { About, GivenFile, GivenFolder, Neighbours, SimclrLab } from './messages.ts'
import { createNeighbours } from './neighbours-view.ts'
import { fields } from './settings.ts'
import { createSimclrView } from './view.ts'

/** What the page of the SimCLR lab says of its own. */
export function simclrPage(lab: Lab<SimclrLab>): LabPage<SimclrLab> {
  const [folderInput, pictureInput] = [byId<HTMLInputElement>('folder'), byId<HTMLInputElement>('picture')]
  let files: GivenFolder | undefined
  /** Those that the run which is there was made of. */
  let used: GivenFolder | undefined
  let drops = 0
  let neighbours: Neighbours | undefined

  const view = createSimclrView(lab, pick)
  const drawNeighbours = createNeighbours(placeOf('neighbours'), pick)
  const about = (): About | undefined => lab.prepared()?.about

  function pick(picture: number) {
    view.mark(picture)
    lab.ask(picture)
    lab.touch('map')
  }

  function showNeighbours(next: Neighbours) {
    const asked = neighbours !== undefined && next.picture !== neighbours.picture
    neighbours = next
    view.mark(next.picture)
    if (document.activeElement !== pictureInput) pictureInput.value = String(next.picture + 1)
    const names = about()?.names
    if (asked && names) {
      const found = next.found.map(({ picture }) => names[picture]).join(', ')
      lab.announce(`Nearest to ${names[next.picture]}: ${found}.`)
    }
    return ['neighbours', 'map']
  }

  async function take(given: GivenFile[]) {
    try {
      if (given.length === 0)
        throw new RangeError('There are no files in what was given: choose a folder of pictures.')
      files = await givenFolder(given)
    } catch (error) {
      return fail((error as Error).message)
    }
    const form = byId<HTMLFormElement>('settings')
    ;(form.elements.namedItem('source') as HTMLSelectElement).value = 'folder'
    lab.begin()
  }

  const count = () => about()?.names.length ?? 0
  byId('another').addEventListener('click', () => {
    if (count() > 0) pick(Math.floor(Math.random() * count()))
  })
  pictureInput.addEventListener('change', () => {
    if (count() === 0) return
    const picture = Number(pictureInput.value) - 1
    const wrong = complaint({ label: 'Picture', least: 1, most: count(), whole: true }, picture + 1)
    fail(wrong === undefined ? '' : `Picture number: ${wrong}`)
    if (wrong === undefined) pick(picture)
  })
  folderInput.addEventListener('change', () => take(filesOf(folderInput)))
  return {
    worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    fields,
    plots: {
      ...view.plots,
      neighbours() {
        const sheet = view.sheet()
        if (sheet === undefined || neighbours === undefined) return view.notYet()
        drawNeighbours(neighbours, sheet, about()?.names ?? [])
      },
    },
    chosen({ source }) {
      byId('folder-place').hidden = source !== 'folder'
    },
    given({ source }) {
      if (source === 'shapes') return {}
      if (files === undefined) return 'Choose a folder of pictures, or drop one on the page.'
      say('Reading the folder…')
      return { given: files }
    },
    failed({ source }) {
      if (source === 'folder') files = used ?? files
    },
    dropped(dropped) {
      drops += 1
      const drop = drops
      const told = (found: number) => {
        if (drop === drops) say(`Looking through what was dropped: ${counted(found)} files.`)
      }
      const took = (given: GivenFile[]) => {
        if (drop === drops) void take(given)
      }
      void droppedFiles(dropped, told).then(took, error => fail(error.message))
    },
    clear() {
      view.clear()
      neighbours = undefined
    },
    prepared(prepared) {
      view.prepared?.(prepared)
      const { names, classes, remark = '' } = prepared.about
      if (!prepared.again) used = files
      const ofClasses =
        classes === undefined ? '' : `, ${classes.length} classes that only the evaluation sees`
      say(`${names.length} pictures${ofClasses}. ${remark}`.trim())
      pictureInput.max = String(names.length)
      showClasses(classes)
    },
    figures: figures => writeLoss(figures, lab.prepared()?.indifferentLoss),
    show(shown) {
      if (shown.kind === 'neighbours') return showNeighbours(shown.neighbours)
      if (shown.kind === 'look') showLook(shown.look)
      return view.show(shown)
    },
    sentence: view.sentence,
  }
}
