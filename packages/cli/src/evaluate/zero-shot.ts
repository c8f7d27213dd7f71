import { readFile } from 'node:fs/promises'
import { ChiaroError } from '@chiaro/core'
import { zeroShot } from '@chiaro/evaluate'
import { featuresOf } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { CommandContext } from '../context.ts'
import { readLabels } from '../data/labels.ts'
import { openPictures } from '../data/open-pictures.ts'
import { pictureSource } from '../data/picture-source.ts'
import type { SkipBadOption } from '../flags.ts'
import { abilityOf, type OpenedRun } from '../open-run.ts'

export interface ZeroShotOptions extends SkipBadOption {
  readonly images?: string
  readonly labels?: string
  /** A file with a class's name on each line. */
  readonly classes?: string
  /** Texts with {} where the name goes. */
  readonly templates?: readonly string[]
}

/** What stands for a class's name in a template. */
const gap = '{}'

/** Classification of labelled pictures by the names of their classes alone (Radford et al. 2021, §3.1), beside chance. */
export async function evaluateZeroShot(
  run: OpenedRun,
  { images, labels, classes, templates = [gap], skipBad }: ZeroShotOptions & { readonly classes: string },
  context: CommandContext,
): Promise<Readonly<Record<string, unknown>>> {
  const { task, config, model } = run
  const embedImages = abilityOf('evaluate', run, 'embedImages', 'embeds pictures')
  const embedTexts = abilityOf('evaluate', run, 'embedTexts', 'knows texts')
  const odd = templates.find(template => !template.includes(gap))
  if (odd !== undefined) {
    throw new ChiaroError(
      'data',
      `evaluate: --templates must have ${gap} for the class, got "${odd}"`,
      '--templates',
    )
  }
  if (images === undefined) {
    throw new ChiaroError(
      'data',
      'evaluate: --classes needs --images, labelled pictures, got none',
      '--images',
    )
  }
  const source = { ...pictureSource(images), skipBad }
  const pictures = await openPictures(source, { shape: task.imageShape?.(config) }, context)
  const labelled = await readLabels('evaluate', labels, source, pictures)
  const names = namesInOrder(classes, await classLines(classes), labelled.classNames)
  const { vectors, dimension } = await featuresOf(pictures, batch => embedImages(model, batch))
  const prompts = names.flatMap(name => templates.map(template => template.replaceAll(gap, name)))
  const rows = await embedTexts(model, prompts)
  const embedded = tf.tensor2d(vectors, [pictures.count, dimension])
  const classTexts = tf.reshape(rows, [names.length, templates.length, dimension]) as tf.Tensor3D
  try {
    const { hits: _, ...figures } = await zeroShot(embedded, classTexts, labelled.labels)
    const { accuracy, standardError, accuracy5, meanClassAccuracy, chance } = figures
    const cells = [
      `accuracy ${accuracy.toFixed(3)} ± ${standardError.toFixed(3)} (chance ${chance.toFixed(4)})`,
      `among five ${accuracy5.toFixed(3)}`,
      `mean over classes ${meanClassAccuracy.toFixed(3)}`,
    ]
    context.terminal.print(`zero-shot: ${cells.join('  ')}  ${pictures.count} of ${names.length} classes`)
    return { zeroShot: { ...figures, pictures: pictures.count, classes: names, templates } }
  } finally {
    tf.dispose([rows, embedded, classTexts])
  }
}

/** @throws ChiaroError ('data') that names the file, and the line of a name that comes twice */
async function classLines(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new ChiaroError('data', `${file}: must be a file of class names, got ${cause.message}`, file, {
      cause,
    })
  })
  const lines = text.split(/\r?\n/).map(line => line.trim())
  const twice = lines.findIndex((line, i) => line !== '' && lines.indexOf(line) < i)
  if (twice < 0) return lines.filter(line => line !== '')
  throw new ChiaroError(
    'data',
    `${file}, row ${twice + 1}: classes must differ, got ${lines[twice]} twice`,
    file,
  )
}

/** What each class is called: by its own name where the file has all of these, else line by line. */
function namesInOrder(
  file: string,
  lines: readonly string[],
  classNames: readonly string[],
): readonly string[] {
  if (lines.length !== classNames.length) {
    const some = classNames.slice(0, 5).join(', ')
    const expected = `a line for each of the ${classNames.length} classes (${some}${classNames.length > 5 ? ', …' : ''})`
    throw new ChiaroError('data', `${file}: must have ${expected}, got ${lines.length}`, file)
  }
  return classNames.every(name => lines.includes(name)) ? classNames : lines
}
