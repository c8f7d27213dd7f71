// CommonJS: Node ≥ 20.19 can require an ES module, and finds the same tfjs by it.
const tf = require('@tensorflow/tfjs-core')
require('@chiaro/backend-wasm')
const { clipLoss } = require('@chiaro/objectives')

async function main() {
  await tf.setBackend('wasm')
  const image = tf.tensor2d([3, 4, 1, 0, 0, 2], [3, 2])
  const text = tf.tensor2d([1, 0, 1, 1, 0, 1], [3, 2])
  const { value, grads } = tf.valueAndGrads((a, b) => clipLoss(a, b, { logitScale: 2 }))([image, text])
  const [loss] = await value.data()
  console.log(JSON.stringify({ loss, gradient: Array.from(await grads[0].data()) }))
}
main()
