// A frozen MobileNet as backbone: its features of one's own pictures, and a linear classifier on them, from a few pictures of
// each class. The model is any graph model of tfjs of one picture (model.json and its weights, from Kaggle Models or by
// tensorflowjs_converter); the folder has a folder of pictures for each class.
//
//   node index.js mobilenet/model.json pictures
import { useBackend } from '@chiaro/backend'
import { toImageTensor } from '@chiaro/data'
import { listLabelledImages, loadImages, modelFiles } from '@chiaro/data/node'
import { fromGraphModel } from '@chiaro/encoders'
import { classificationReport, fitLinearProbe } from '@chiaro/evaluate'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'

const [file, folder] = process.argv.slice(2)
await useBackend('auto')
const model = await loadGraphModel(modelFiles(file))
const [, height, width] = model.inputs[0].shape
const { images, labels, classNames } = await listLabelledImages(folder)
const pictures = await loadImages(images, { size: [height, width] })

const backbone = fromGraphModel(model)
/** Features of some pictures; a MobileNet takes pixels in −1…1. */
const featuresOf = rows => tf.tidy(() => backbone.embed(tf.sub(tf.mul(toImageTensor(pictures, rows), 2), 1)))
const rows = [...labels.keys()]
const [training, heldOut] = [rows.filter(row => row % 3 > 0), rows.filter(row => row % 3 === 0)]
const labelsOf = rows => rows.map(row => labels[row])

const probe = await fitLinearProbe(featuresOf(training), labelsOf(training), { classes: classNames.length })
const predicted = tf.argMax(probe.logits(featuresOf(heldOut)), 1).dataSync()
const { accuracy } = classificationReport(predicted, labelsOf(heldOut), { classes: classNames.length })
console.log(
  `loss ${probe.loss.toFixed(4)} on ${training.length} pictures; of ${heldOut.length} others ${(100 * accuracy).toFixed(0)} % right`,
)
