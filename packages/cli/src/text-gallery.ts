import type { Features, TaskModel } from '@chiaro/tasks'
import { openTextsFor, type ReadTexts, type TextColumns } from './data/text-source.ts'
import { abilityOf, type TaskRun } from './open-run.ts'

/** The rows of some texts, as the task embeds them. */
export async function embeddedTexts(
  where: string,
  run: TaskRun & { readonly model: TaskModel },
  texts: readonly string[],
): Promise<Features> {
  const embedTexts = abilityOf(where, run, 'embedTexts', 'knows texts')
  const rows = await embedTexts(run.model, texts)
  const vectors = await rows.data<'float32'>()
  rows.dispose()
  return { vectors, dimension: rows.shape[1] }
}

/** Texts with their embeddings: those that `--texts` names; without it those that the run was trained on. */
export async function openTextGallery(
  where: string,
  run: TaskRun & { readonly model: TaskModel },
  { texts: file, ...columns }: TextColumns & { readonly texts?: string },
): Promise<ReadTexts & Features> {
  const { source } = run.info.config as { readonly source?: unknown }
  const texts = await openTextsFor(where, source, file, columns)
  return { ...texts, ...(await embeddedTexts(where, run, texts.texts)) }
}
