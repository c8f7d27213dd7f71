// The worker in workerd on this machine, asked once.
import { Miniflare } from 'miniflare'

const worker = new Miniflare({
  modules: true,
  scriptPath: 'dist/worker.js',
  compatibilityDate: '2026-07-01',
})
try {
  const response = await worker.dispatchFetch('http://localhost/')
  console.log(await response.text())
} finally {
  await worker.dispose()
}
