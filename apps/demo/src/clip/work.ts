import { key as keyOf } from '@chiaro/random/host'
import { asAnyTask, type ClipConfig, clip } from '@chiaro/tasks'
import { changedData, type RunInfo } from '@chiaro/train'
import type { LabWork, ToPage } from '../shell/lab-work.ts'
import { type Atlas, loadAtlas } from './atlas.ts'
import type { ClipLab } from './messages.ts'
import type { Settings } from './settings.ts'
import { pairsOf, settingsOf, toldOf, withSettings } from './training.ts'
import { watchClip } from './watch.ts'

/** What stands in `run.json` for the command's pairs: the pictures are the page's own. */
const source = { pairs: 'the CLIP lab’s emoji', images: '', imageColumn: 'image', textColumn: 'text' }

/** Why a run is not trained on the page's emoji, in a sentence; nothing where it was before. */
export function otherData(
  { config, data }: Pick<RunInfo, 'config' | 'data'>,
  { fingerprint }: Pick<Atlas, 'fingerprint'>,
): string | undefined {
  const { pairs } = (config.source ?? {}) as { readonly pairs?: unknown }
  if (pairs !== source.pairs) {
    return 'This run was trained on pairs that are not in its file: it looks at the page’s emoji and isn’t trained on them.'
  }
  const changed = changedData(data, fingerprint)
  if (changed === undefined) return undefined
  return `The emoji of this page are not those of the run (${changed}): it looks at them and isn’t trained on them.`
}

export function clipWork(to: ToPage<ClipLab>): LabWork<ClipLab> {
  let loaded: Promise<Atlas> | undefined

  /** The emoji, fetched once; what failed is tried again. */
  function emoji(): Promise<Atlas> {
    loaded ??= loadAtlas(new URL('./emoji/', to.address).href).catch(error => {
      loaded = undefined
      throw error
    })
    return loaded
  }

  const made = (settings: Settings, config: ClipConfig, atlas: Atlas) => ({
    settings,
    config,
    data: { training: pairsOf(atlas) },
    atlas,
  })

  return {
    task: asAnyTask(clip),
    title: 'CLIP',
    pace: { figures: 250, look: 4000, share: 5 },
    advice: {
      nonFinite: 'Lower the learning rate or the logit scale',
      outOfMemory: 'Take a smaller batch',
    },
    async fresh(settings) {
      const atlas = await emoji()
      const data = { training: pairsOf(atlas) }
      const config = await clip.configure(toldOf(settings), data, keyOf(settings.seed))
      return made(settings, config, atlas)
    },
    async opened({ info }, seed) {
      const atlas = await emoji()
      const config = clip.parse(info.config)
      const onlyLooked = otherData(info, atlas)
      return { ...made(settingsOf(config, seed, atlas.side), config, atlas), onlyLooked }
    },
    changed: ({ made }, settings) => withSettings(made.config, settings),
    kept: ({ made: { atlas } }) => ({ name: 'clip', config: { source }, data: atlas.fingerprint }),
    watch: run => watchClip(run, to),
  }
}
