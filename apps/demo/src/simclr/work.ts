import { key as keyOf } from '@chiaro/random/host'
import { asAnyTask, type PictureShape, picturesOf, simclr } from '@chiaro/tasks'
import type { LabWork, ToPage } from '../shell/lab-work.ts'
import { paced } from '../shell/pace.ts'
import { cannotOpen } from '../shell/run-file.ts'
import { decodeFolder } from './decode-folder.ts'
import { keepPictures, keptPictures } from './kept-pictures.ts'
import type { GivenFolder, SimclrLab } from './messages.ts'
import type { PictureSet } from './pictures.ts'
import type { Settings } from './settings.ts'
import { shapePictures } from './shapes.ts'
import { settingsOf, toldOf, withSettings } from './training.ts'
import { watchSimclr } from './watch.ts'

/** Pixels along a side of the page's own pictures, and at most of those a file may ask for. */
const [side, mostSide] = [32, 64]
/** How many pictures the page draws. */
const drawnPictures = 1600

export function simclrWork(to: ToPage<SimclrLab>): LabWork<SimclrLab> {
  let folder: PictureSet | undefined

  async function picturesFor(
    { source, seed }: Settings,
    shape: PictureShape,
    given?: GivenFolder,
  ): Promise<PictureSet> {
    if (source === 'shapes') return { pictures: shapePictures(keyOf(seed), drawnPictures, shape) }
    if (given !== undefined) {
      const progress = paced(async () => to.remark(`Reading the folder: ${done} of ${all} pictures.`), 100)
      let [done, all] = [0, 0]
      const onProgress = (now: number, of: number) => {
        ;[done, all] = [now, of]
        void progress.whenDue()
      }
      return decodeFolder(given, { shape, onProgress, inVain: to.superseded })
    }
    if (String(folder?.pictures.shape.slice(1)) === String(shape)) return folder as PictureSet
    throw new RangeError('Choose a folder of pictures, or drop one on the page.')
  }

  return {
    task: asAnyTask(simclr),
    title: 'SimCLR',
    pace: { figures: 250, look: 4000, share: 5, preview: 1500 },
    advice: {
      nonFinite: 'Lower the learning rate or raise the temperature',
      outOfMemory: 'Take a smaller batch',
    },
    async fresh(settings, given) {
      const set = await picturesFor(settings, [side, side, 3], given)
      const data = picturesOf(set.pictures)
      const config = await simclr.configure(toldOf(settings), data, keyOf(settings.seed))
      return { ...set, settings, config, data }
    },
    async opened(run, seed) {
      const config = simclr.parse(run.info.config)
      const kept = keptPictures(run)
      const settings = settingsOf(config, seed, kept?.source ?? 'shapes')
      const [height, width] = config.shape
      if (Math.max(height, width) > mostSide) {
        const problem = `it was trained on pictures of ${height} × ${width}`
        throw cannotOpen(`${problem}, and this page shows ${mostSide} × ${mostSide} at most`)
      }
      if (kept !== undefined) {
        const shape = kept.pictures.shape.slice(1).join(' × ')
        if (shape === config.shape.join(' × '))
          return { ...kept, settings, config, data: picturesOf(kept.pictures) }
        throw cannotOpen(`its pictures are of ${shape}, and it was trained on ${config.shape.join(' × ')}`)
      }
      const onlyLooked =
        'The file has no pictures in it: the encoder looks at the page’s own and isn’t trained on them.'
      const set = await picturesFor(settings, config.shape)
      return { ...set, remark: onlyLooked, onlyLooked, settings, config, data: picturesOf(set.pictures) }
    },
    changed: ({ made }, settings) => withSettings(made.config, settings),
    kept: ({ made }) => ({ name: 'simclr', ...keepPictures(made.pictures, made.settings.source) }),
    watch(run) {
      const { settings, pictures, remark } = run.made
      if (settings.source === 'folder') folder = { pictures, remark }
      return watchSimclr(run, to)
    },
  }
}
