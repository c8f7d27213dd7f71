// The whole of tfjs, imported before or after our kernels, brings its wrong gradients back in neither order.
const imports = [() => import('@chiaro/backend-wasm'), () => import('@tensorflow/tfjs')]
if (process.argv[2] === 'tfjs-first') imports.reverse()
for (const load of imports) await load()

const tf = await import('@tensorflow/tfjs-core')
await tf.setBackend('wasm')
// Its maximum is the second; tfjs's kernel sends the gradient of an all-negative window elsewhere.
const window = tf.tensor4d([-4, -1, -3, -2], [1, 2, 2, 1])
const pool = tf.grad(x => tf.maxPool(x, 2, 2, 'valid'))(window)
// A matrix broadcast over a batch of three: every element meets 3 · 2 ones.
const product = tf.grad(x => tf.sum(tf.matMul(x, tf.ones([3, 2, 2]))))(tf.ones([2, 2]))
console.log(
  JSON.stringify({ pool: Array.from(await pool.data()), product: Array.from(await product.data()) }),
)
