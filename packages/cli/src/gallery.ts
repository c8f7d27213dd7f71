import { ChiaroError } from '@chiaro/core'
import type { CommandContext } from './context.ts'
import { dataSourceOf } from './data/data-sources.ts'
import type { NamedPictures } from './data/named-pictures.ts'
import { openPictures } from './data/open-pictures.ts'
import { type PictureSource, pictureSource } from './data/picture-source.ts'
import type { SkipBadOption } from './flags.ts'
import type { TaskRun } from './open-run.ts'

/** The pictures that `--images` names, in the run's shape; without it those that the run was trained on. */
export async function openGallery(
  where: string,
  run: TaskRun,
  images: string | undefined,
  context: CommandContext,
  { skipBad }: SkipBadOption = {},
): Promise<NamedPictures & { readonly source?: PictureSource }> {
  const { task, config, info } = run
  const shape = task.imageShape?.(config)
  if (images !== undefined) {
    const source = { ...pictureSource(images), skipBad }
    return { ...(await openPictures(source, { shape }, context)), source }
  }
  const from = dataSourceOf(task.takes)
  if (shape === undefined || from.pictures === undefined) {
    throw new ChiaroError(
      'run',
      `${where}: a run of ${task.name} has no pictures: --images must be given`,
      '--images',
    )
  }
  const source = from.parse(info.config.source)
  return from.pictures({ ...source, ...(skipBad && { skipBad }) }, shape, context)
}
